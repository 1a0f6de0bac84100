import {
  backend_util,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropFilterInputs,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  type Conv2DBackpropInputInputs,
  conv2d,
  type KernelFunc,
  pad,
  registerKernel,
  reshape,
  reverse,
  slice,
  type Tensor4D,
  type TensorInfo,
  tidy,
  transpose,
  unregisterKernel,
} from '@tensorflow/tfjs-core';

/**
 * Gradients of convolutions for the stock WebAssembly backend, written as convolutions, because its convolution is good
 * (XNNPACK, about 18 GFLOP/s) and its gradients are not: it has no filter gradient at all, and its input gradient is a
 * plain loop at about 1.5 GFLOP/s.
 */
export function registerConv2DGradients(): void {
  unregisterKernel(Conv2DBackpropInput, 'wasm');
  registerKernel({
    kernelName: Conv2DBackpropInput,
    backendName: 'wasm',
    kernelFunc: inputGradient as unknown as KernelFunc,
  });
  registerKernel({
    kernelName: Conv2DBackpropFilter,
    backendName: 'wasm',
    kernelFunc: filterGradient as unknown as KernelFunc,
  });
}

/**
 * dL/dx: the output gradient, spread out by the stride, convolved with the filter turned by 180 degrees.
 * dy [batch, outHeight, outWidth, out], filter [kernel, kernel, in, out] -> [batch, height, width, in].
 */
function inputGradient(args: {
  inputs: Conv2DBackpropInputInputs;
  attrs: Conv2DBackpropInputAttrs;
}): TensorInfo {
  const { strides, pad: padding, inputShape, dimRoundingMode } = args.attrs;
  const dy = args.inputs.dy as Tensor4D;
  const filter = args.inputs.filter as Tensor4D;
  const info = backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, padding, dimRoundingMode);
  const { filterHeight, filterWidth, inHeight, inWidth, strideHeight, strideWidth, padInfo } = info;
  return tidy(() => {
    const turned: Tensor4D = transpose(reverse(filter, [0, 1]), [0, 1, 3, 2]);
    const spread = spreadOut(dy, strideHeight, strideWidth);
    const top = filterHeight - 1 - padInfo.top;
    const left = filterWidth - 1 - padInfo.left;
    // Input rows that no filter position reached still need their zero gradient; spreading may have added some too many.
    const bottom = Math.max(0, inHeight + filterHeight - 1 - top - spread.shape[1]);
    const right = Math.max(0, inWidth + filterWidth - 1 - left - spread.shape[2]);
    const full = convolve(spread, turned, [top, bottom], [left, right]);
    return crop(full, inHeight, inWidth);
  });
}

/**
 * dL/dfilter: the input convolved with the output gradient as its filter, batch and channels changing places; the stride
 * becomes a dilation. x [batch, height, width, in], dy [batch, outHeight, outWidth, out] -> [kernel, kernel, in, out].
 */
function filterGradient(args: {
  inputs: Conv2DBackpropFilterInputs;
  attrs: Conv2DBackpropFilterAttrs;
}): TensorInfo {
  const { strides, pad: padding, filterShape, dimRoundingMode } = args.attrs;
  const x = args.inputs.x as Tensor4D;
  const dy = args.inputs.dy as Tensor4D;
  const info = backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, padding, dimRoundingMode);
  const { filterHeight, filterWidth, inHeight, inWidth, padInfo } = info;
  return tidy(() => {
    const images: Tensor4D = transpose(x, [3, 1, 2, 0]);
    const gradientAsFilter: Tensor4D = transpose(dy, [1, 2, 0, 3]);
    const bottom = missing(filterHeight, info.outHeight, info.strideHeight, inHeight + padInfo.top);
    const right = missing(filterWidth, info.outWidth, info.strideWidth, inWidth + padInfo.left);
    const full = convolve(
      images,
      gradientAsFilter,
      [padInfo.top, bottom],
      [padInfo.left, right],
      [info.strideHeight, info.strideWidth],
    );
    return transpose(crop(full, filterHeight, filterWidth), [1, 2, 0, 3]);
  });
}

/** Rows to add at the far side so that a filter of `outSize` taps, `stride` apart, has `kernel` positions. */
function missing(kernel: number, outSize: number, stride: number, available: number): number {
  return Math.max(0, kernel + (outSize - 1) * stride - available);
}

function convolve(
  x: Tensor4D,
  filter: Tensor4D,
  vertical: [number, number],
  horizontal: [number, number],
  dilations: [number, number] = [1, 1],
): Tensor4D {
  // Padding that is negative (a convolution padded by more than its kernel's reach) is a crop.
  const cropped = slice(
    x,
    [0, Math.max(0, -vertical[0]), Math.max(0, -horizontal[0]), 0],
    [-1, x.shape[1] - Math.max(0, -vertical[0]), x.shape[2] - Math.max(0, -horizontal[0]), -1],
  );
  const clamp = ([before, after]: [number, number]): [number, number] => [Math.max(0, before), after];
  const padding: backend_util.ExplicitPadding = [[0, 0], clamp(vertical), clamp(horizontal), [0, 0]];
  return conv2d(cropped, filter, 1, padding, 'NHWC', dilations);
}

/** Puts stride - 1 zeros after every row and column: [batch, h, w, c] -> [batch, h * stride, w * stride, c]. */
function spreadOut(dy: Tensor4D, strideHeight: number, strideWidth: number): Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return dy;
  const [batch, height, width, channels] = dy.shape;
  const spread = pad(reshape(dy, [batch, height, 1, width, channels]), [
    [0, 0],
    [0, 0],
    [0, strideHeight - 1],
    [0, 0],
    [0, (strideWidth - 1) * channels],
  ]);
  return reshape(spread, [batch, height * strideHeight, width * strideWidth, channels]);
}

function crop(x: Tensor4D, height: number, width: number): Tensor4D {
  if (x.shape[1] === height && x.shape[2] === width) return x;
  return slice(x, [0, 0, 0, 0], [-1, height, width, -1]);
}
