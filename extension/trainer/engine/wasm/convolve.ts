import { type backend_util, conv2d, slice, type Tensor4D } from '@tensorflow/tfjs-core';

/** Pixels to add before and after an axis; negative ones are cut off. */
export type Padding = readonly [before: number, after: number];

/** Stride-1 convolution with any padding. x [batch, height, width, in], filter [kernel, kernel, in, out]. */
export function convolve(
  x: Tensor4D,
  filter: Tensor4D,
  vertical: Padding,
  horizontal: Padding,
  dilations: [number, number] = [1, 1],
): Tensor4D {
  const added = ([before, after]: Padding): [number, number] => [Math.max(0, before), Math.max(0, after)];
  const padding: backend_util.ExplicitPadding = [[0, 0], added(vertical), added(horizontal), [0, 0]];
  return conv2d(cut(x, vertical, horizontal), filter, 1, padding, 'NHWC', dilations);
}

function cut(x: Tensor4D, vertical: Padding, horizontal: Padding): Tensor4D {
  const [top, bottom, left, right] = [...vertical, ...horizontal].map(size => Math.max(0, -size)) as [
    number,
    number,
    number,
    number,
  ];
  return crop(x, top, left, x.shape[1] - top - bottom, x.shape[2] - left - right);
}

/** The window of that size whose corner is at (`top`, `left`). */
export function crop(x: Tensor4D, top: number, left: number, height: number, width: number): Tensor4D {
  if (x.shape[1] === height && x.shape[2] === width) return x;
  return slice(x, [0, top, left, 0], [-1, height, width, -1]);
}
