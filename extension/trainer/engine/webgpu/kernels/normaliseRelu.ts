import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Epsilon, NormaliseRelu, NormaliseReluGradient } from '../../../fused/batchNormRelu';
import { kernel } from '../kernel';
import { eachChannel } from './channels';

type Inputs<Name extends string> = Readonly<Record<Name, TensorInfo>>;

/** Batch norm by given statistics, then ReLU: one pass over x, as in every step of an attack. */
export const normaliseRelu = kernel<Inputs<'x' | 'weight' | 'bias' | 'mean' | 'variance'>, Epsilon>(
  NormaliseRelu,
  ({ inputs: { x, ...perChannel }, attrs: { epsilon }, backend }) => {
    const y = backend.output(x.shape);
    const { weight, bias, mean, variance } = perChannel;
    eachChannel(
      backend,
      'NormaliseRelu',
      { y },
      { x },
      { weight, bias, mean, variance },
      `let scale = weight[channel] / sqrt(variance[channel] + constants.epsilon);
  y[i] = max((x[i] - mean[channel]) * scale + bias[channel], number());`,
      { epsilon },
    );
    return y;
  },
);

/** The result's gradient, where the ReLU let numbers pass, times the scale: one pass over dy and y. */
export const normaliseReluGradient = kernel<Inputs<'dy' | 'y' | 'weight' | 'variance'>, Epsilon>(
  NormaliseReluGradient,
  ({ inputs: { dy, y, weight, variance }, attrs: { epsilon }, backend }) => {
    const dx = backend.output(dy.shape);
    eachChannel(
      backend,
      'NormaliseReluGradient',
      { dx },
      { dy, y },
      { weight, variance },
      `let scale = weight[channel] / sqrt(variance[channel] + constants.epsilon);
  dx[i] = select(number(), dy[i] * scale, y[i] > number());`,
      { epsilon },
    );
    return dx;
  },
);
