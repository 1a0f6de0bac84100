import {
  backend_util,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  type Tensor4D,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { convolve, crop } from './convolve';
import { type KernelCall, replaceKernel } from './replaceKernel';

interface Inputs {
  readonly x: Tensor4D;
  readonly dy: Tensor4D;
}

/** The stock backend has no filter gradient; its convolution (XNNPACK, 16-18 GFLOP/s) gives one at 8-10 GFLOP/s. */
export function registerConv2DFilterGradient(): void {
  replaceKernel(Conv2DBackpropFilter, filterGradient);
}

/**
 * dL/dfilter: the input convolved with the output gradient as its filter, batch and channels changing places; the stride
 * becomes a dilation. x [batch, height, width, in], dy [batch, outHeight, outWidth, out] -> [kernel, kernel, in, out].
 */
function filterGradient({ inputs, attrs }: KernelCall<Inputs, Conv2DBackpropFilterAttrs>) {
  const { strides, pad, filterShape, dimRoundingMode } = attrs;
  const { x, dy } = inputs;
  const info = backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
  const { filterHeight, filterWidth, inHeight, inWidth, padInfo, strideHeight, strideWidth } = info;
  return tidy(() => {
    const images: Tensor4D = transpose(x, [3, 1, 2, 0]);
    const gradientAsFilter: Tensor4D = transpose(dy, [1, 2, 0, 3]);
    const bottom = missing(filterHeight, info.outHeight, strideHeight, inHeight + padInfo.top);
    const right = missing(filterWidth, info.outWidth, strideWidth, inWidth + padInfo.left);
    const full = convolve(
      images,
      gradientAsFilter,
      [padInfo.top, bottom],
      [padInfo.left, right],
      [strideHeight, strideWidth],
    );
    return transpose(crop(full, 0, 0, filterHeight, filterWidth), [1, 2, 0, 3]);
  });
}

/** Rows to add at the far side so that a filter of `outSize` taps, `stride` apart, has `kernel` positions. */
function missing(kernel: number, outSize: number, stride: number, available: number): number {
  return Math.max(0, kernel + (outSize - 1) * stride - available);
}
