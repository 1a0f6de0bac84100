/**
 * A 2-D convolution of images [batch][inHeight][inWidth][inputs] with filters [filterHeight][filterWidth][inputs][outputs] to
 * [batch][outHeight][outWidth][outputs]: output (y, x) sees input rows from y strideHeight - padTop on and columns from
 * x strideWidth - padLeft on, zeros outside.
 */
export interface Geometry {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inputs: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outputs: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
}

/** In the order in which they travel to the threads. */
export const geometryFields = [
  'batch',
  'inHeight',
  'inWidth',
  'inputs',
  'outHeight',
  'outWidth',
  'outputs',
  'filterHeight',
  'filterWidth',
  'strideHeight',
  'strideWidth',
  'padTop',
  'padLeft',
] as const satisfies readonly (keyof Geometry)[];

export type GeometryField = (typeof geometryFields)[number];

/** Numbers of a filter for one output. */
export const patchNumbers = ({ filterHeight, filterWidth, inputs }: Geometry): number =>
  filterHeight * filterWidth * inputs;

/** Outputs of one channel. */
export const outputPixels = ({ batch, outHeight, outWidth }: Geometry): number =>
  batch * outHeight * outWidth;

/** Multiplications and additions of the direct computation. */
export const directFlops = (geometry: Geometry): number =>
  2 * outputPixels(geometry) * geometry.outputs * patchNumbers(geometry);

/** Images, filters and outputs once each. */
export const leastBytes = (geometry: Geometry): number =>
  4 *
  (geometry.batch * geometry.inHeight * geometry.inWidth * geometry.inputs +
    patchNumbers(geometry) * geometry.outputs +
    outputPixels(geometry) * geometry.outputs);

/**
 * Throws if a number is not a whole one in its range, or if an array would be larger than the memory can be: the kernels trust
 * these numbers.
 */
export function checkGeometry(geometry: Geometry): void {
  for (const field of geometryFields) {
    const value = geometry[field];
    const least = field === 'padTop' || field === 'padLeft' ? 0 : 1;
    if (!Number.isInteger(value) || value < least || value > 1 << 24) {
      throw new Error(
        `convolution: ${field} is ${value}, and must be a whole number from ${least} to ${1 << 24}`,
      );
    }
  }
  const bytes = leastBytes(geometry);
  if (bytes > 2 ** 32) throw new Error(`convolution: its arrays take ${bytes} bytes, more than 4 GiB`);
}

/** A small convolution with all that makes one irregular, for the samples of operations. */
export const sampleGeometry: Geometry = {
  batch: 2,
  inHeight: 9,
  inWidth: 7,
  inputs: 5,
  outHeight: 5,
  outWidth: 4,
  outputs: 21,
  filterHeight: 3,
  filterWidth: 3,
  strideHeight: 2,
  strideWidth: 2,
  padTop: 1,
  padLeft: 1,
};
