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

/** Numbers of a filter for one output. */
export const patchNumbers = ({ filterHeight, filterWidth, inputs }: Geometry): number =>
  filterHeight * filterWidth * inputs;

/** Outputs of one channel. */
export const outputPixels = ({ batch, outHeight, outWidth }: Geometry): number =>
  batch * outHeight * outWidth;

/** Multiplications and additions of the direct computation. */
export const directFlops = (geometry: Geometry): number =>
  2 * outputPixels(geometry) * geometry.outputs * patchNumbers(geometry);
