import {
  backend_util,
  Conv2D,
  type Conv2DAttrs,
  conv2d,
  type Tensor4D,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { type KernelCall, replaceKernel } from './replaceKernel';

interface Inputs {
  readonly x: Tensor4D;
  readonly filter: Tensor4D;
}

/**
 * The stock kernel answers with zeros where "same" padding meets a filter smaller than its stride and nothing is to be
 * padded; the same padding in numbers is right. Otherwise the stock kernel is the best there is.
 */
export function registerConv2D(): void {
  replaceKernel(Conv2D, convolution);
}

function convolution(
  { inputs: { x, filter }, attrs }: KernelCall<Inputs, Conv2DAttrs>,
  stock: () => TensorInfo,
): TensorInfo {
  const { strides, pad, dilations, dimRoundingMode } = attrs;
  if (pad !== 'same') return stock();
  const info = backend_util.computeConv2DInfo(
    x.shape,
    filter.shape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  if (info.filterHeight >= info.strideHeight && info.filterWidth >= info.strideWidth) return stock();
  const { top, bottom, left, right } = info.padInfo;
  const inNumbers: backend_util.ExplicitPadding = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return conv2d(x, filter, strides, inNumbers, 'NHWC', dilations);
}
