import {
  backend_util,
  Conv2D,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  type Tensor4D,
  tensor1d,
} from '@tensorflow/tfjs-core';
import { explicitPadding, PaddedConv2D, type PaddedConv2DAttributes } from '../../../fused/paddedConvolution';
import { type Attribute, float32, putKernel, type TensorflowBackend } from './operation';

type Shape4D = [number, number, number, number];

/** tfjs-node's gradients refuse any padding but "same" and "valid"; TensorFlow's own operations know it, given in numbers. */
export function registerConvolutions(): void {
  putKernel<{ x: Tensor4D; filter: Tensor4D }, PaddedConv2DAttributes>(
    PaddedConv2D,
    ({ inputs: { x, filter }, attrs: { stride, padding }, backend }) => {
      const pad = explicitPadding(padding);
      const info = backend_util.computeConv2DInfo(x.shape, filter.shape, stride, 1, pad);
      return backend.executeSingleOutput(Conv2D, attributesOf(backend, info), [x, filter]);
    },
  );

  putKernel<{ dy: Tensor4D; filter: Tensor4D }, Conv2DBackpropInputAttrs>(
    Conv2DBackpropInput,
    ({ inputs: { dy, filter }, attrs: { inputShape, strides, pad, dimRoundingMode }, backend }) => {
      const info = backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, dimRoundingMode);
      const sizes = tensor1d(inputShape, 'int32');
      const dx = backend.executeSingleOutput(Conv2DBackpropInput, attributesOf(backend, info), [
        sizes,
        filter,
        dy,
      ]);
      sizes.dispose();
      return dx;
    },
  );

  putKernel<{ x: Tensor4D; dy: Tensor4D }, Conv2DBackpropFilterAttrs>(
    Conv2DBackpropFilter,
    ({ inputs: { x, dy }, attrs: { filterShape, strides, pad, dimRoundingMode }, backend }) => {
      const shape = filterShape as Shape4D;
      const info = backend_util.computeConv2DInfo(x.shape, shape, strides, 1, pad, dimRoundingMode);
      const sizes = tensor1d(shape, 'int32');
      const dfilter = backend.executeSingleOutput(Conv2DBackpropFilter, attributesOf(backend, info), [
        x,
        sizes,
        dy,
      ]);
      sizes.dispose();
      return dfilter;
    },
  );
}

function attributesOf(
  backend: TensorflowBackend,
  { strideHeight, strideWidth, padInfo }: backend_util.Conv2DInfo,
): Attribute[] {
  const { TF_ATTR_INT, TF_ATTR_STRING } = backend.binding;
  const { type, top, bottom, left, right } = padInfo;
  const padding = type === 'NUMBER' ? 'EXPLICIT' : type;
  const amounts = [0, 0, top, bottom, left, right, 0, 0];
  return [
    float32(backend),
    { name: 'strides', type: TF_ATTR_INT, value: [1, strideHeight, strideWidth, 1] },
    { name: 'padding', type: TF_ATTR_STRING, value: padding },
    ...(padding === 'EXPLICIT' ? [{ name: 'explicit_paddings', type: TF_ATTR_INT, value: amounts }] : []),
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
  ];
}
