import {
  add,
  conv2d,
  matMul,
  maxPool,
  pad,
  relu,
  reshape,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  transpose,
} from '@tensorflow/tfjs-core';
import { biasRelu } from '../fused/biasRelu';
import { biasReluPool } from '../fused/biasReluPool';
import { globalAveragePool as fusedGlobalAveragePool } from '../fused/globalAveragePool';
import { explicitPadding, paddedConvolution } from '../fused/paddedConvolution';
import { addBias, imageMeans } from './channels';
import { type TensorMap, tensorOf } from './tensorMap';

/**
 * Convolution padded as PyTorch pads: `padding` pixels on every side. TensorFlow's "same" puts the odd pixel of a strided
 * convolution at the bottom right, a silent shift by one pixel, and some engines lack explicit padding: so strided
 * convolutions are padded first.
 *
 * `x`: [batch, height, width, in]; `<layer>.weight`: [kernel, kernel, in, out]; `<layer>.bias` is added where it exists.
 */
export function convolution(
  parameters: TensorMap,
  layer: string,
  x: Tensor4D,
  { stride = 1, padding = 0 }: { readonly stride?: number; readonly padding?: number } = {},
): Tensor4D {
  const filter = tensorOf(parameters, `${layer}.weight`) as Tensor4D;
  const bias = parameters.get(`${layer}.bias`) as Tensor1D | undefined;
  const y = padded(x, filter, stride, padding);
  return bias ? addBias(y, bias) : y;
}

/** ReLU of a convolution with a bias, in one pass after it where the engine can. */
export function convolutionRelu(parameters: TensorMap, layer: string, x: Tensor4D): Tensor4D {
  const filter = tensorOf(parameters, `${layer}.weight`) as Tensor4D;
  const bias = tensorOf(parameters, `${layer}.bias`) as Tensor1D;
  const y = conv2d(x, filter, 1, 'valid');
  return biasRelu(y, bias) ?? relu(addBias(y, bias));
}

/** The 2x2 maximum of that. */
export function convolutionReluPool(parameters: TensorMap, layer: string, x: Tensor4D): Tensor4D {
  const filter = tensorOf(parameters, `${layer}.weight`) as Tensor4D;
  const bias = tensorOf(parameters, `${layer}.bias`) as Tensor1D;
  const y = conv2d(x, filter, 1, 'valid');
  return biasReluPool(y, bias) ?? maxPool2(relu(addBias(y, bias)));
}

function padded(x: Tensor4D, filter: Tensor4D, stride: number, padding: number): Tensor4D {
  if (padding === 0) return conv2d(x, filter, stride, 'valid');
  if (stride === 1 && 2 * padding + 1 === filter.shape[0]) return conv2d(x, filter, 1, 'same');
  return (
    paddedConvolution(x, filter, stride, padding) ??
    conv2d(pad(x, explicitPadding(padding)), filter, stride, 'valid')
  );
}

/** `x`: [batch, in]; `<layer>.weight`: [in, out]; `<layer>.bias`: [out]. */
export function linear(parameters: TensorMap, layer: string, x: Tensor2D): Tensor2D {
  const product: Tensor2D = matMul(x, tensorOf(parameters, `${layer}.weight`) as Tensor2D);
  return add(product, tensorOf(parameters, `${layer}.bias`));
}

/** ReLU of a linear layer. */
export function linearRelu(parameters: TensorMap, layer: string, x: Tensor2D): Tensor2D {
  const product: Tensor2D = matMul(x, tensorOf(parameters, `${layer}.weight`) as Tensor2D);
  const bias = tensorOf(parameters, `${layer}.bias`) as Tensor1D;
  return biasRelu(product, bias) ?? relu(add(product, bias));
}

/** Non-overlapping 2x2 maximum; an odd last row or column is dropped, as in PyTorch. */
export function maxPool2(x: Tensor4D): Tensor4D {
  return maxPool(x, 2, 2, 'valid');
}

/** Mean over height and width: [batch, height, width, channels] -> [batch, channels]. */
export function globalAveragePool(x: Tensor4D): Tensor2D {
  return fusedGlobalAveragePool(x) ?? reshape(imageMeans(x), [x.shape[0], x.shape[3]]);
}

/**
 * [batch, height, width, channels] -> [batch, features]. PyTorch flattens channels first, and the columns of the next
 * layer's weight follow that order.
 */
export function flattenAsPyTorch(x: Tensor4D): Tensor2D {
  return reshape(transpose(x, [0, 3, 1, 2]), [x.shape[0], -1]);
}
