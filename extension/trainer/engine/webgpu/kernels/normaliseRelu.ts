import type { TensorInfo } from '@tensorflow/tfjs-core';
import {
  AddNormaliseRelu,
  AddNormaliseReluGradient,
  type SumAttributes,
} from '../../../fused/addNormaliseRelu';
import { type Epsilon, NormaliseRelu, NormaliseReluGradient } from '../../../fused/batchNormRelu';
import { kernel } from '../kernel';
import { eachChannel } from './channels';

type Inputs<Name extends string> = Readonly<Record<Name, TensorInfo>>;

/** Factor of a channel. */
export const scale = 'let scale = weight[channel] / sqrt(variance[channel] + constants.epsilon);';

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
      `${scale}
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
      `${scale}
  dx[i] = select(number(), dy[i] * scale, y[i] > number());`,
      { epsilon },
    );
    return dx;
  },
);

/** The sum of a residual block's branches on the way: one pass over both. */
export const addNormaliseRelu = kernel<
  Inputs<'a' | 'b' | 'weight' | 'bias' | 'mean' | 'variance'>,
  SumAttributes
>(AddNormaliseRelu, ({ inputs: { a, b, ...perChannel }, attrs: { epsilon, keepsSum }, backend }) => {
  const { weight, bias, mean, variance } = perChannel;
  const y = backend.output(a.shape);
  const kept = keepsSum ? { sum: backend.output(a.shape) } : undefined;
  eachChannel(
    backend,
    kept ? 'AddNormaliseRelu' : 'AddNormaliseRelu without the sum',
    { y, ...kept },
    { a, b },
    { weight, bias, mean, variance },
    `${scale}
  let total = a[i] + b[i];
  ${kept ? 'sum[i] = total;' : ''}
  y[i] = max((total - mean[channel]) * scale + bias[channel], number());`,
    { epsilon },
  );
  return kept ? [y, kept.sum] : [y];
});

export const addNormaliseReluGradient = kernel<Inputs<'dy' | 'dsum' | 'y' | 'weight' | 'variance'>, Epsilon>(
  AddNormaliseReluGradient,
  ({ inputs: { dy, dsum, y, weight, variance }, attrs: { epsilon }, backend }) => {
    const dx = backend.output(dy.shape);
    eachChannel(
      backend,
      'AddNormaliseReluGradient',
      { dx },
      { dy, dsum, y },
      { weight, variance },
      `${scale}
  dx[i] = dsum[i] + select(number(), dy[i] * scale, y[i] > number());`,
      { epsilon },
    );
    return dx;
  },
);
