import type { TensorInfo } from '@tensorflow/tfjs-core';
import { BatchNormRelu, BatchNormReluGradient, type Epsilon } from '../../../fused/batchNormRelu';
import { kernel } from '../kernel';
import { eachChannel, sumPairs } from './channels';

type Inputs<Name extends string> = Readonly<Record<Name, TensorInfo>>;

/** BN(x) before the ReLU; the gradient computes it again instead of keeping it. */
const normalised =
  'weight[channel] * (x[i] - mean[channel]) * inverseSqrt(variance[channel] + constants.epsilon) + bias[channel]';

/**
 * Moments in one pass over x, normalisation and ReLU in a second one. Sums are of distances from the first row's number: those
 * are as small as the deviation, where squares of the numbers themselves would cancel.
 */
export const batchNormRelu = kernel<Inputs<'x' | 'weight' | 'bias'>, Epsilon>(
  BatchNormRelu,
  ({ inputs: { x, weight, bias }, attrs: { epsilon }, backend }) => {
    const [mean, variance, y] = [
      backend.output(weight.shape),
      backend.output(weight.shape),
      backend.output(x.shape),
    ];
    sumPairs(backend, {
      name: 'BatchNormRelu',
      arrays: { x },
      perChannel: {},
      prologue: 'let origin = x[channel];',
      body: 'let distance = x[i] - origin; first += distance; second += distance * distance;',
      results: { mean, variance },
      finishReads: { x },
      finish: `let offset = first / constants.rows;
  mean[channel] = x[channel] + offset;
  variance[channel] = max(second / constants.rows - offset * offset, 0.0);`,
    });
    const perChannel = { weight, bias, mean, variance };
    eachChannel(backend, 'BatchNormRelu', { y }, { x }, perChannel, `y[i] = max(${normalised}, number());`, {
      epsilon,
    });
    return [y, mean, variance];
  },
);

/**
 * With g the gradient of the ReLU's input, n rows, c = x - mean and s = 1 / sqrt(variance + epsilon):
 *
 *   dbias = sum g,  dweight = s sum g c,  dx = weight s (g - dbias / n - c s dweight / n).
 *
 * Both sums in one pass over x and dy, dx in a second one. Source: Ioffe and Szegedy 2015, section 3.
 */
export const batchNormReluGradient = kernel<
  Inputs<'dy' | 'x' | 'weight' | 'bias' | 'mean' | 'variance'>,
  Epsilon
>(BatchNormReluGradient, ({ inputs, attrs: { epsilon }, backend }) => {
  const { dy, x, weight, bias, mean, variance } = inputs;
  const [dx, dweight, dbias] = [
    backend.output(x.shape),
    backend.output(weight.shape),
    backend.output(weight.shape),
  ];
  const perChannel = { weight, bias, mean, variance };
  sumPairs(backend, {
    name: 'BatchNormReluGradient',
    arrays: { dy, x },
    perChannel,
    body: `let passed = select(0.0, dy[i], ${normalised} > 0.0); first += passed; second += passed * (x[i] - mean[channel]);`,
    results: { dweight, dbias },
    finishReads: { variance },
    finish:
      'dweight[channel] = second * inverseSqrt(variance[channel] + constants.epsilon); dbias[channel] = first;',
    values: { epsilon },
  });
  eachChannel(
    backend,
    'BatchNormReluGradient',
    { dx },
    { dy, x },
    { ...perChannel, dweight, dbias },
    `let inverse = inverseSqrt(variance[channel] + constants.epsilon);
  let passed = select(number(), dy[i], ${normalised} > number());
  let slope = (x[i] - mean[channel]) * inverse * dweight[channel];
  dx[i] = weight[channel] * inverse * (passed - (dbias[channel] + slope) * constants.share);`,
    { epsilon, share: sizeShare(x, weight) },
  );
  return [dx, dweight, dbias];
});

/** 1 / rows */
const sizeShare = (x: TensorInfo, weight: TensorInfo): number =>
  (weight.shape[0] ?? 1) / x.shape.reduce((product, size) => product * size, 1);
