import {
  Conv2D,
  type Conv2DAttrs,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  type KernelConfig,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { explicitPadding, PaddedConv2D, type PaddedConv2DAttributes } from '../../../fused/paddedConvolution';
import { geometryOf, type Padding } from '../../geometryOf';
import type { SimdBackend } from '../backend';
import { fallback, kernel } from './kernel';

interface ForwardInputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
}

export const convolutionKernels: readonly KernelConfig[] = [
  kernel<ForwardInputs, Conv2DAttrs>(
    Conv2D,
    call => forward(call.backend, call.inputs, call.attrs) ?? fallback(Conv2D, call),
  ),
  kernel<ForwardInputs, PaddedConv2DAttributes>(PaddedConv2D, ({ inputs, attrs, backend }) => {
    const { stride, padding } = attrs;
    const result = forward(backend, inputs, {
      strides: stride,
      pad: explicitPadding(padding),
      dataFormat: 'NHWC',
    });
    if (!result) throw new Error('an empty batch cannot be convolved');
    return result;
  }),
  kernel<{ readonly dy: TensorInfo; readonly filter: TensorInfo }, Conv2DBackpropInputAttrs>(
    Conv2DBackpropInput,
    call => {
      const { inputs, attrs, backend } = call;
      const { dy, filter } = inputs;
      const geometry = geometryOf(attrs.inputShape, filter.shape, attrs);
      if (!geometry) return fallback(Conv2DBackpropInput, call);
      const result = backend.output(attrs.inputShape);
      backend.convolutions.inputGradient(
        geometry,
        backend.addressOf(dy),
        backend.addressOf(filter),
        backend.addressOf(result),
        backend.filterKey(filter),
      );
      return result;
    },
  ),
  kernel<{ readonly x: TensorInfo; readonly dy: TensorInfo }, Conv2DBackpropFilterAttrs>(
    Conv2DBackpropFilter,
    call => {
      const { inputs, attrs, backend } = call;
      const { x, dy } = inputs;
      const geometry = geometryOf(x.shape, attrs.filterShape, attrs);
      if (!geometry) return fallback(Conv2DBackpropFilter, call);
      const result = backend.output(attrs.filterShape);
      backend.convolutions.filterGradient(
        geometry,
        backend.addressOf(x),
        backend.addressOf(dy),
        backend.addressOf(result),
      );
      return result;
    },
  ),
];

function forward(
  backend: SimdBackend,
  { x, filter }: ForwardInputs,
  attributes: Padding,
): TensorInfo | undefined {
  const geometry = geometryOf(x.shape, filter.shape, attributes);
  if (!geometry) return undefined;
  const { batch, outHeight, outWidth, outputs } = geometry;
  const result = backend.output([batch, outHeight, outWidth, outputs]);
  backend.convolutions.forward(
    geometry,
    backend.addressOf(x),
    backend.addressOf(filter),
    backend.addressOf(result),
    backend.filterKey(filter),
  );
  return result;
}
