import {
  AvgPool,
  AvgPoolGrad,
  type AvgPoolGradAttrs,
  backend_util,
  type KernelConfig,
  MaxPool,
  type MaxPoolAttrs,
  MaxPoolGrad,
  type MaxPoolGradAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { BiasReluPool, BiasReluPoolGradient } from '../../../fused/biasReluPool';
import type { Operation } from '../operation';
import {
  averagePool,
  averagePoolGradient,
  biasReluPool,
  biasReluPoolGradient,
  maxPool,
  maxPoolGradient,
  type PoolField,
} from '../operations/pools';
import { fallback, kernel } from './kernel';

type PoolAttributes = Pick<MaxPoolAttrs, 'filterSize' | 'strides' | 'pad'> & {
  readonly dimRoundingMode?: MaxPoolAttrs['dimRoundingMode'];
};

export const poolKernels: readonly KernelConfig[] = [
  pool(MaxPool, maxPool),
  pool(AvgPool, averagePool),
  kernel<{ readonly dy: TensorInfo; readonly input: TensorInfo }, MaxPoolGradAttrs>(MaxPoolGrad, call => {
    const { inputs, attrs, backend } = call;
    const pool = unpadded(inputs.input.shape, attrs);
    if (!pool || inputs.input.dtype !== 'float32') return fallback(MaxPoolGrad, call);
    const result = backend.output(inputs.input.shape);
    backend.run(maxPoolGradient, {
      ...pool,
      images: backend.addressOf(inputs.input),
      gradient: backend.addressOf(inputs.dy),
      imagesGradient: backend.addressOf(result),
    });
    return result;
  }),
  kernel<{ readonly dy: TensorInfo; readonly input: TensorInfo }, AvgPoolGradAttrs>(AvgPoolGrad, call => {
    const { inputs, attrs, backend } = call;
    const pool = unpadded(inputs.input.shape, attrs);
    if (!pool || inputs.input.dtype !== 'float32') return fallback(AvgPoolGrad, call);
    const result = backend.output(inputs.input.shape);
    backend.run(averagePoolGradient, {
      ...pool,
      gradient: backend.addressOf(inputs.dy),
      imagesGradient: backend.addressOf(result),
    });
    return result;
  }),
  kernel<{ readonly x: TensorInfo; readonly bias: TensorInfo }>(
    BiasReluPool,
    ({ inputs: { x, bias }, backend }) => {
      const pool = ofTwo(x.shape);
      const result = backend.output(outShapeOf(pool));
      backend.run(biasReluPool, {
        ...pool,
        images: backend.addressOf(x),
        bias: backend.addressOf(bias),
        result: backend.addressOf(result),
      });
      return result;
    },
  ),
  kernel<{ readonly dy: TensorInfo; readonly x: TensorInfo; readonly y: TensorInfo }>(
    BiasReluPoolGradient,
    ({ inputs: { dy, x, y }, backend }) => {
      const result = backend.output(x.shape);
      backend.run(biasReluPoolGradient, {
        ...ofTwo(x.shape),
        images: backend.addressOf(x),
        activation: backend.addressOf(y),
        gradient: backend.addressOf(dy),
        imagesGradient: backend.addressOf(result),
      });
      return result;
    },
  ),
];

/** `operation` on images without padding. */
function pool(name: string, operation: Operation<PoolField | 'images' | 'result'>): KernelConfig {
  return kernel<{ readonly x: TensorInfo }, PoolAttributes>(name, call => {
    const { inputs, attrs, backend } = call;
    const window = unpadded(inputs.x.shape, attrs);
    if (!window || inputs.x.dtype !== 'float32') return fallback(name, call);
    const result = backend.output(outShapeOf(window));
    backend.run(operation, {
      ...window,
      images: backend.addressOf(inputs.x),
      result: backend.addressOf(result),
    });
    return result;
  });
}

/** Windows of 2 x 2 beside each other. */
function ofTwo(shape: readonly number[]): Record<PoolField, number> {
  const pool = unpadded(shape, { filterSize: 2, strides: 2, pad: 'valid' });
  if (!pool) throw new Error(`images of [${shape}] cannot be pooled`);
  return pool;
}

/** The pool's numbers; undefined where the images are padded, which no model here does. */
function unpadded(
  shape: readonly number[],
  { filterSize, strides, pad, dimRoundingMode }: PoolAttributes,
): Record<PoolField, number> | undefined {
  const info = backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { top, bottom, left, right } = info.padInfo;
  if (top + bottom + left + right > 0) return undefined;
  return {
    batch: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    windowHeight: info.filterHeight,
    windowWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
  };
}

const outShapeOf = ({ batch, outHeight, outWidth, channels }: Record<PoolField, number>): number[] => [
  batch,
  outHeight,
  outWidth,
  channels,
];
