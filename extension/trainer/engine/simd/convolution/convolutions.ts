import type { SimdMachine } from '../machine';
import { convolve } from '../operations/convolve';
import { convolveFewInputsGradient, hasFewInputsGradient } from '../operations/convolveFewInputsGradient';
import { chunksOf, convolveFilterGradient } from '../operations/convolveFilterGradient';
import { convolveInputGradient } from '../operations/convolveInputGradient';
import { multiplyMatrices } from '../operations/multiplyMatrices';
import { packMatrix } from '../operations/packMatrix';
import { sumMatrices } from '../operations/sumMatrices';
import { padTo, panelColumns } from '../padding';
import { checkGeometry, type Geometry, outputPixels, patchNumbers } from './geometry';
import { type FilterKey, PreparedFilters } from './preparedFilters';
import { Winograd } from './winograd';
import { suitsWinograd, turnedGeometry } from './winogradPlan';

/** F(4x4, 3x3), F(2x2, 3x3), or direct products for 3x3 convolutions at stride 1. */
export type WinogradChoice = '4x4' | '2x2' | 'off';

/**
 * 2-D convolutions and their gradients on arrays in the machine's memory, at the addresses given. Images are
 * [batch, height, width, channels], filters [height, width, inputs, outputs]; the geometry may be any.
 *
 * Relative to the largest result, errors are below 2e-6 for products of 2500 terms (growing with their square root), 3e-6 with
 * F(2x2, 3x3) and 3e-5 with F(4x4, 3x3).
 */
export class Convolutions {
  readonly #machine: SimdMachine;
  readonly #prepared: PreparedFilters;
  readonly #winograd: Winograd | undefined;

  constructor(machine: SimdMachine, winograd: WinogradChoice = '4x4') {
    this.#machine = machine;
    this.#prepared = new PreparedFilters(machine);
    if (winograd !== 'off')
      this.#winograd = new Winograd(machine, this.#prepared, winograd === '4x4' ? 4 : 2);
  }

  /** result = images convolved with filters. With a key, what is prepared of the filters is kept for the next call. */
  forward(geometry: Geometry, images: number, filters: number, result: number, key?: FilterKey): void {
    checkGeometry(geometry);
    if (this.#winograd && suitsWinograd(geometry)) {
      this.#winograd.convolve(geometry, false, images, filters, result, key);
      return;
    }
    const depth = patchNumbers(geometry);
    const columns = geometry.outputs;
    this.#withPanels(filters, false, depth, columns, key, panels => {
      if (isPointwise(geometry))
        this.#multiply(images, outputPixels(geometry), depth, columns, panels, result);
      else this.#machine.run(convolve, { ...geometry, images, panels, result });
    });
  }

  /** imagesGradient = the gradient with respect to the images of a loss whose gradient with respect to the result is given. */
  inputGradient(
    geometry: Geometry,
    gradient: number,
    filters: number,
    imagesGradient: number,
    key?: FilterKey,
  ): void {
    checkGeometry(geometry);
    if (this.#winograd && suitsWinograd(geometry)) {
      this.#winograd.convolve(turnedGeometry(geometry), true, gradient, filters, imagesGradient, key);
      return;
    }
    if (hasFewInputsGradient(geometry)) {
      this.#fewInputsGradient(geometry, gradient, filters, imagesGradient, key);
      return;
    }
    const depth = geometry.outputs;
    const columns = patchNumbers(geometry);
    this.#withPanels(filters, true, depth, columns, key, panels => {
      if (isPointwise(geometry))
        this.#multiply(gradient, outputPixels(geometry), depth, columns, panels, imagesGradient);
      else this.#machine.run(convolveInputGradient, { ...geometry, gradient, panels, imagesGradient });
    });
  }

  /** filtersGradient = the gradient with respect to the filters. */
  filterGradient(geometry: Geometry, images: number, gradient: number, filtersGradient: number): void {
    checkGeometry(geometry);
    if (this.#winograd && suitsWinograd(geometry)) {
      this.#winograd.filterGradient(geometry, images, gradient, filtersGradient);
      return;
    }
    const chunks = chunksOf(geometry);
    const rows = patchNumbers(geometry);
    const paddedColumns = padTo(geometry.outputs, panelColumns);
    this.#machine.withBuffers([4 * chunks * rows * paddedColumns], (partSums = 0) => {
      this.#machine.run(convolveFilterGradient, { ...geometry, images, gradient, chunks, partSums });
      this.#machine.run(sumMatrices, {
        matrices: partSums,
        count: chunks,
        rows,
        columns: geometry.outputs,
        paddedColumns,
        sum: filtersGradient,
      });
    });
  }

  /** Releases what is kept of filters that are no more. */
  forget(id: number): void {
    this.#prepared.forget(id);
  }

  /** Releases what is kept of all filters. */
  clear(): void {
    this.#prepared.clear();
  }

  #fewInputsGradient(
    geometry: Geometry,
    gradient: number,
    filters: number,
    imagesGradient: number,
    key: FilterKey | undefined,
  ): void {
    const { batch, inHeight, inWidth, inputs, outHeight, outWidth, outputs } = geometry;
    const { filterHeight, filterWidth, padTop, padLeft } = geometry;
    const count = filterHeight * filterWidth * inputs * outputs;
    const prepare = (weights: number): void => {
      const turned = turnedRows(geometry, this.#machine.floats(filters, count));
      this.#machine.floats(weights, count).set(turned);
    };
    const kind = `rows ${[filterHeight, filterWidth, inputs, outputs]}`;
    this.#prepared.with(key, kind, 4 * count, prepare, weights =>
      this.#machine.run(convolveFewInputsGradient, {
        batch,
        height: inHeight,
        width: inWidth,
        inputs,
        gradientHeight: outHeight,
        gradientWidth: outWidth,
        outputs,
        filterHeight,
        filterWidth,
        padTop: filterHeight - 1 - padTop,
        padLeft: filterWidth - 1 - padLeft,
        gradient,
        weights,
        imagesGradient,
      }),
    );
  }

  #withPanels(
    matrix: number,
    transposed: boolean,
    depth: number,
    columns: number,
    key: FilterKey | undefined,
    use: (panels: number) => void,
  ): void {
    const bytes = 4 * depth * padTo(columns, panelColumns);
    const prepare = (panels: number): void =>
      this.#machine.run(packMatrix, {
        matrix,
        transposed: transposed ? 1 : 0,
        batch: 1,
        depth,
        columns,
        panels,
      });
    const kind = `${transposed ? 'transposed ' : ''}panels ${depth} x ${columns}`;
    this.#prepared.with(key, kind, bytes, prepare, use);
  }

  #multiply(
    left: number,
    rows: number,
    depth: number,
    columns: number,
    panels: number,
    product: number,
  ): void {
    this.#machine.run(multiplyMatrices, {
      left,
      transposed: 0,
      leftBatch: 0,
      panels,
      panelsBatch: 0,
      product,
      batch: 1,
      rows,
      depth,
      columns,
    });
  }
}

/** Whether the convolution is a product of matrices as it stands. */
function isPointwise(geometry: Geometry): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft } = geometry;
  const one = filterHeight === 1 && filterWidth === 1 && strideHeight === 1 && strideWidth === 1;
  const same = geometry.inHeight === geometry.outHeight && geometry.inWidth === geometry.outWidth;
  return one && same && padTop === 0 && padLeft === 0;
}

/** Filters [height][width][inputs][outputs] turned by 180 degrees, as [height][inputs][width][outputs]. */
function turnedRows(geometry: Geometry, filters: Float32Array): Float32Array {
  const { filterHeight, filterWidth, inputs, outputs } = geometry;
  const turned = new Float32Array(filters.length);
  let next = 0;
  for (let row = filterHeight - 1; row >= 0; row--) {
    for (let input = 0; input < inputs; input++) {
      for (let column = filterWidth - 1; column >= 0; column--) {
        const from = ((row * filterWidth + column) * inputs + input) * outputs;
        turned.set(filters.subarray(from, from + outputs), next);
        next += outputs;
      }
    }
  }
  return turned;
}
