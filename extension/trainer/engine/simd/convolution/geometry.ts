import { type Geometry, outputPixels, patchNumbers } from '../../convolutionGeometry';

export { directFlops, type Geometry, outputPixels, patchNumbers } from '../../convolutionGeometry';

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
