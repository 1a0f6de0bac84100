import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { LinfAttackStep, type LinfAttackStepAttributes } from '../../../fused/attackStep';
import { BiasRelu, ReluGradient } from '../../../fused/biasRelu';
import { KeyedNormals, type KeyedNormalsAttributes } from '../../../fused/keyedNormals';
import { SgdStep, type SgdStepAttributes } from '../../../fused/sgdStep';
import { biasRelu } from '../operations/batchNorm';
import { normals } from '../operations/normals';
import { pair, triple } from '../operations/pointwise';
import { kernel, sizeOf } from './kernel';

/** Our own kernels for what models and attacks do all the time. */
export const fusedKernels: readonly KernelConfig[] = [
  kernel<{ readonly x: TensorInfo; readonly bias: TensorInfo }>(
    BiasRelu,
    ({ inputs: { x, bias }, backend }) => {
      const result = backend.output(x.shape);
      const channels = sizeOf(bias);
      backend.run(biasRelu, {
        x: backend.addressOf(x),
        bias: backend.addressOf(bias),
        y: backend.addressOf(result),
        rows: sizeOf(x) / channels,
        channels,
      });
      return result;
    },
  ),
  kernel<{ readonly dy: TensorInfo; readonly y: TensorInfo }>(
    ReluGradient,
    ({ inputs: { dy, y }, backend }) => {
      const result = backend.output(dy.shape);
      backend.run(pair.reluGradient, {
        x: backend.addressOf(dy),
        y: backend.addressOf(y),
        result: backend.addressOf(result),
        count: sizeOf(dy),
        p: 0,
        q: 0,
      });
      return result;
    },
  ),
  kernel<
    { readonly x: TensorInfo; readonly gradient: TensorInfo; readonly centre: TensorInfo },
    LinfAttackStepAttributes
  >(LinfAttackStep, ({ inputs: { x, gradient, centre }, attrs, backend }) => {
    const result = backend.output(x.shape);
    backend.run(triple.signStep, {
      x: backend.addressOf(x),
      y: backend.addressOf(gradient),
      z: backend.addressOf(centre),
      result: backend.addressOf(result),
      count: sizeOf(x),
      p: attrs.stepSize,
      q: attrs.epsilon,
    });
    return result;
  }),
  kernel<
    { readonly weight: TensorInfo; readonly gradient: TensorInfo; readonly momentum: TensorInfo },
    SgdStepAttributes
  >(SgdStep, ({ inputs: { weight, gradient, momentum }, attrs, backend }) => {
    const count = sizeOf(weight);
    const nextMomentum = backend.output(weight.shape);
    const nextWeight = backend.output(weight.shape);
    const moved = backend.addressOf(nextMomentum);
    backend.run(triple.momentum, {
      x: backend.addressOf(weight),
      y: backend.addressOf(gradient),
      z: backend.addressOf(momentum),
      result: moved,
      count,
      p: attrs.momentum,
      q: attrs.weightDecay,
    });
    backend.run(pair.addScaled, {
      x: backend.addressOf(weight),
      y: moved,
      result: backend.addressOf(nextWeight),
      count,
      p: 0,
      q: -attrs.learningRate,
    });
    return [nextWeight, nextMomentum];
  }),
  kernel<unknown, KeyedNormalsAttributes>(KeyedNormals, ({ attrs: { key0, key1, count }, backend }) => {
    const result = backend.output([count]);
    backend.run(normals, { key0, key1, count, result: backend.addressOf(result) });
    return result;
  }),
];
