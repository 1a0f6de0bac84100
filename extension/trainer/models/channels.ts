import {
  add,
  avgPool,
  customGrad,
  mean,
  mul,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';

/**
 * Mean over one image's pixels: [batch, height, width, channels] -> [batch, 1, 1, channels]. Rows first, then columns: two
 * short sums lose less to rounding than a long one.
 */
export function imageMeans(x: Tensor4D): Tensor4D {
  return avgPool(avgPool(x, [1, x.shape[2]], 1, 'valid'), [x.shape[1], 1], 1, 'valid');
}

/**
 * Mean over batch, height and width: [batch, height, width, channels] -> [channels]. Pooling first is an order of
 * magnitude faster than a reduction over three axes, which engines begin with a transposition.
 */
export function channelMeans(x: Tensor4D): Tensor1D {
  return mean(imageMeans(x), [0, 1, 2]);
}

/** `x` + `bias` a channel, with the bias gradient by `channelMeans` (the stock one reduces over three axes). */
export function addBias(x: Tensor4D, bias: Tensor1D): Tensor4D {
  const pixels = x.shape[0] * x.shape[1] * x.shape[2];
  const operation = customGrad((...inputs) => {
    const [images, offsets] = inputs as [Tensor4D, Tensor1D];
    return {
      value: add(images, offsets),
      gradFunc: (dy: Tensor) => [dy, mul(channelMeans(dy as Tensor4D), pixels)],
    };
  });
  return operation(x, bias) as Tensor4D;
}
