import type { TensorInfo } from '@tensorflow/tfjs-core';
import { BiasRelu, ReluGradient } from '../../../fused/biasRelu';
import { elementwise } from '../elementwise';
import { kernel } from '../kernel';
import { eachChannel } from './channels';

export const biasRelu = kernel<{ readonly x: TensorInfo; readonly bias: TensorInfo }>(
  BiasRelu,
  ({ inputs: { x, bias }, backend }) => {
    const y = backend.output(x.shape);
    eachChannel(backend, 'BiasRelu', { y }, { x }, { bias }, 'y[i] = max(x[i] + bias[channel], number());');
    return y;
  },
);

export const reluGradient = kernel<{ readonly dy: TensorInfo; readonly y: TensorInfo }>(
  ReluGradient,
  ({ inputs: { dy, y }, backend }) => {
    const dx = backend.output(dy.shape);
    elementwise(
      backend,
      'ReluGradient',
      { dx },
      { dy, y },
      'dx[i] = select(number(), dy[i], y[i] > number());',
    );
    return dx;
  },
);
