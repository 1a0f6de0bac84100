import { backend_util, MaxPoolGrad, type MaxPoolGradAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import { heapValues, type KernelCall, replaceKernel } from './replaceKernel';

interface Inputs {
  readonly dy: TensorInfo;
  readonly input: TensorInfo;
}

/** The stock kernel takes 35 ms for a 2x2 maximum of [64, 24, 24, 32], this loop 14. */
export function registerMaxPoolGradient(): void {
  replaceKernel(MaxPoolGrad, maxPoolGradient);
}

/**
 * Every output's gradient goes to the maximum of its window, to the first in row order where several are equal, as in
 * PyTorch. dy [batch, outHeight, outWidth, channels], input [batch, height, width, channels] -> like input.
 */
function maxPoolGradient({ inputs, attrs, backend }: KernelCall<Inputs, MaxPoolGradAttrs>): TensorInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const shape = inputs.input.shape as [number, number, number, number];
  const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth, padInfo } = info;
  const dx = backend.makeOutput(shape, 'float32');
  const to = heapValues(backend, dx).fill(0);
  const x = heapValues(backend, inputs.input);
  const dy = heapValues(backend, inputs.dy);
  let output = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let row = 0; row < outHeight; row++) {
      const corner = row * info.strideHeight - padInfo.top;
      const top = Math.max(0, corner);
      const bottom = Math.min(inHeight, corner + info.filterHeight);
      for (let column = 0; column < outWidth; column++) {
        const edge = column * info.strideWidth - padInfo.left;
        const left = Math.max(0, edge);
        const right = Math.min(inWidth, edge + info.filterWidth);
        for (let channel = 0; channel < channels; channel++) {
          let largest = -1;
          let maximum = Number.NEGATIVE_INFINITY;
          for (let i = top; i < bottom; i++) {
            const line = (image * inHeight + i) * inWidth;
            for (let j = left; j < right; j++) {
              const index = (line + j) * channels + channel;
              const value = x[index] ?? 0;
              if (value > maximum || largest < 0) {
                maximum = value;
                largest = index;
              }
            }
          }
          to[largest] = (to[largest] ?? 0) + (dy[output++] ?? 0);
        }
      }
    }
  }
  return dx;
}
