import { padTo, panelColumns } from '../padding';
import type { Geometry } from './geometry';

/** Outputs of a Winograd tile along each axis: F(4x4, 3x3) or F(2x2, 3x3). */
export type WinogradSize = 2 | 4;

/** Whether Winograd's minimal filtering applies: 3x3 filters at stride 1, and enough channels to be worth transforming. */
export function suitsWinograd(geometry: Geometry): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, inputs, outputs } = geometry;
  const small = filterHeight === 3 && filterWidth === 3 && strideHeight === 1 && strideWidth === 1;
  return small && geometry.padTop <= 2 && geometry.padLeft <= 2 && inputs >= 8 && outputs >= 8;
}

/** The convolution that computes the gradient of `geometry`'s images from that of its results, at stride 1. */
export function turnedGeometry(geometry: Geometry): Geometry {
  const { inHeight, inWidth, inputs, outHeight, outWidth, outputs, padTop, padLeft } = geometry;
  return {
    ...geometry,
    inHeight: outHeight,
    inWidth: outWidth,
    inputs: outputs,
    outHeight: inHeight,
    outWidth: inWidth,
    outputs: inputs,
    padTop: geometry.filterHeight - 1 - padTop,
    padLeft: geometry.filterWidth - 1 - padLeft,
  };
}

interface TileCounts {
  readonly tilesHigh: number;
  readonly tilesWide: number;
  readonly tiles: number;
}

export function tileCounts(
  { batch, outHeight, outWidth }: Pick<Geometry, 'batch' | 'outHeight' | 'outWidth'>,
  size: number,
): TileCounts {
  const tilesHigh = Math.ceil(outHeight / size);
  const tilesWide = Math.ceil(outWidth / size);
  return { tilesHigh, tilesWide, tiles: batch * tilesHigh * tilesWide };
}

/** Positions of a transformed tile. */
export const positionsOf = (size: number): number => (size + 2) ** 2;

/** Depth of the forward products. */
export const paddedInputs = (inputs: number): number => padTo(inputs, 8);

export const paddedOutputs = (outputs: number): number => padTo(outputs, panelColumns);

/** An odd number of cache lines, so that a tile's positions lie in different sets of the cache. */
export const positionBytes = (bytes: number): number => (Math.ceil(bytes / 128) * 2 + 1) * 64;

/** Intermediate numbers of a transform, and a tile at the image's edge. */
export const workspaceBytes = 2048 + 36 * 64;

/** Bytes from one position of transformed filters to the next. */
export const filterPositionBytes = (inputs: number, outputs: number): number =>
  positionBytes(4 * paddedInputs(inputs) * paddedOutputs(outputs));
