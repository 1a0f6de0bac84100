import type { SimdMachine } from '../machine';
import { winogradConvolve } from '../operations/winogradConvolve';
import { winogradFilterGradient } from '../operations/winogradFilterGradient';
import { winogradFromPositions } from '../operations/winogradFromPositions';
import { winogradGradientProducts } from '../operations/winogradGradientProducts';
import { winogradProducts } from '../operations/winogradProducts';
import { winogradToPositions } from '../operations/winogradToPositions';
import { winogradTransformFilters } from '../operations/winogradTransformFilters';
import { padTo, panelColumns } from '../padding';
import type { Geometry } from './geometry';
import type { FilterKey, PreparedFilters } from './preparedFilters';
import {
  filterPositionBytes,
  paddedInputs,
  paddedOutputs,
  positionBytes,
  positionsOf,
  tileCounts,
  type WinogradSize,
} from './winogradPlan';

/**
 * Transformed filters above this size are read from memory again for each block of tiles; then it is faster to do one position
 * of all tiles after another.
 */
const filtersOfBlocks = 4 << 20;

/** Transforms that all threads share at a time: they stay in the last-level cache. */
const sharedBytes = 6 << 20;

/** 3x3 convolutions at stride 1 by Winograd's minimal filtering. */
export class Winograd {
  readonly #machine: SimdMachine;
  readonly #prepared: PreparedFilters;
  readonly #size: WinogradSize;

  constructor(machine: SimdMachine, prepared: PreparedFilters, size: WinogradSize) {
    this.#machine = machine;
    this.#prepared = prepared;
    this.#size = size;
  }

  /** The convolution; with `turned` filters, geometry and images are those of the input's gradient. */
  convolve(
    geometry: Geometry,
    turned: boolean,
    images: number,
    filters: number,
    result: number,
    key: FilterKey | undefined,
  ): void {
    const size = this.#size;
    const bytes = positionsOf(size) * filterPositionBytes(geometry.inputs, geometry.outputs);
    const [inputs, outputs] = turned
      ? [geometry.outputs, geometry.inputs]
      : [geometry.inputs, geometry.outputs];
    const prepare = (transformed: number): void =>
      this.#machine.run(winogradTransformFilters, {
        size,
        turned: turned ? 1 : 0,
        filters,
        inputs,
        outputs,
        transformed,
      });
    const kind = `winograd ${turned ? 'turned ' : ''}${inputs} x ${outputs}`;
    this.#prepared.with(key, kind, bytes, prepare, transformed => {
      if (bytes > filtersOfBlocks) this.#byPositions(geometry, images, transformed, result);
      else this.#machine.run(winogradConvolve, { ...geometry, size, images, filters: transformed, result });
    });
  }

  /** One position of many tiles after another: each matrix of the transformed filters is read once for all of them. */
  #byPositions(geometry: Geometry, images: number, filters: number, result: number): void {
    const size = this.#size;
    const positions = positionsOf(size);
    const { tilesHigh, tilesWide, tiles } = tileCounts(geometry, size);
    const depth = paddedInputs(geometry.inputs);
    const columns = paddedOutputs(geometry.outputs);
    const chunk = chunkTiles(tiles, 4 * positions * (depth + columns), 2 * sharedBytes);
    const position = positionBytes(4 * chunk * depth);
    const productPosition = positionBytes(4 * chunk * columns);
    const buffers = [positions * position, positions * productPosition];
    this.#machine.withBuffers(buffers, (left = 0, products = 0) => {
      for (let firstTile = 0; firstTile < tiles; firstTile += chunk) {
        const count = Math.min(chunk, tiles - firstTile);
        this.#machine.run(winogradToPositions, {
          size,
          ofGradient: 0,
          images,
          height: geometry.inHeight,
          width: geometry.inWidth,
          channels: geometry.inputs,
          padTop: geometry.padTop,
          padLeft: geometry.padLeft,
          tilesHigh,
          tilesWide,
          firstTile,
          count,
          target: left,
          position,
          tileStride: 4 * depth,
          groupStride: 64,
          paddedChannels: depth,
        });
        this.#machine.run(winogradProducts, {
          positions,
          left,
          leftPosition: position,
          filters,
          filterPosition: filterPositionBytes(geometry.inputs, geometry.outputs),
          depth,
          columns,
          products,
          productPosition,
          rows: count,
        });
        this.#machine.run(winogradFromPositions, {
          size,
          products,
          position: productPosition,
          tileStride: 4 * columns,
          images: result,
          height: geometry.outHeight,
          width: geometry.outWidth,
          channels: geometry.outputs,
          tilesHigh,
          tilesWide,
          firstTile,
          count,
        });
      }
    });
  }

  /** The exact adjoint, G'[(B'dB) . (A dy A')]G, summed over tiles in their order. */
  filterGradient(geometry: Geometry, images: number, gradient: number, filtersGradient: number): void {
    const size = this.#size;
    const positions = positionsOf(size);
    const { tilesHigh, tilesWide, tiles } = tileCounts(geometry, size);
    const { inputs, outputs } = geometry;
    const depth = padTo(inputs, panelColumns);
    const columns = paddedOutputs(outputs);
    const chunk = chunkTiles(tiles, 4 * positions * (depth + columns), sharedBytes);
    const leftPosition = positionBytes(4 * chunk * depth);
    const rightPosition = positionBytes(4 * chunk * columns);
    const buffers = [positions * leftPosition, positions * rightPosition, 4 * positions * depth * columns];
    const panels = { size, tilesHigh, tilesWide, tileStride: 64, groupStride: 64 * chunk };
    this.#machine.withBuffers(buffers, (left = 0, right = 0, product = 0) => {
      for (let firstTile = 0; firstTile < tiles; firstTile += chunk) {
        const count = Math.min(chunk, tiles - firstTile);
        this.#machine.run(winogradToPositions, {
          ...panels,
          ofGradient: 0,
          images,
          height: geometry.inHeight,
          width: geometry.inWidth,
          channels: inputs,
          padTop: geometry.padTop,
          padLeft: geometry.padLeft,
          firstTile,
          count,
          target: left,
          position: leftPosition,
          paddedChannels: depth,
        });
        this.#machine.run(winogradToPositions, {
          ...panels,
          ofGradient: 1,
          images: gradient,
          height: geometry.outHeight,
          width: geometry.outWidth,
          channels: outputs,
          padTop: 0,
          padLeft: 0,
          firstTile,
          count,
          target: right,
          position: rightPosition,
          paddedChannels: columns,
        });
        this.#machine.run(winogradGradientProducts, {
          positions,
          left,
          leftPosition,
          leftPanels: depth / panelColumns,
          right,
          rightPosition,
          rightPanels: columns / panelColumns,
          depth: count,
          panelDepth: chunk,
          product,
          adds: firstTile > 0 ? 1 : 0,
        });
      }
      this.#machine.run(winogradFilterGradient, {
        size,
        transformed: product,
        inputs,
        outputs,
        gradient: filtersGradient,
      });
    });
  }
}

/** Tiles to do at a time, in nearly equal chunks of whole register tiles. */
function chunkTiles(tiles: number, bytesPerTile: number, bytes: number): number {
  const chunks = Math.ceil(tiles / Math.max(18, bytes / bytesPerTile));
  return padTo(Math.ceil(tiles / chunks), 6);
}
