import type { TensorInfo } from '@tensorflow/tfjs-core';
import { BatchNormRelu, BatchNormReluGradient, type Epsilon } from '../../../fused/batchNormRelu';
import { kernel, sizeOf } from '../kernel';
import { eachChannel, sumPairs } from './channels';

type Inputs<Name extends string> = Readonly<Record<Name, TensorInfo>>;

/** BN(x) before the ReLU; the gradient computes it again instead of keeping it. */
const normalised =
  '(x[i] - mean[channel]) * (weight[channel] / sqrt(variance[channel] + constants.epsilon)) + bias[channel]';

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
  const [dweight, dbias] = [backend.output(weight.shape), backend.output(weight.shape)];
  // Both once more in one array: a device may have no more than eight arrays for a program.
  const totals = backend.output([2, ...weight.shape]);
  const dx = backend.output(x.shape);
  const perChannel = { weight, bias, mean, variance };
  sumPairs(backend, {
    name: 'BatchNormReluGradient',
    arrays: { dy, x },
    perChannel,
    body: `let passed = select(0.0, dy[i], ${normalised} > 0.0); first += passed; second += passed * (x[i] - mean[channel]);`,
    results: { dweight, dbias, totals },
    finishReads: { variance },
    finish: `let product = second / sqrt(variance[channel] + constants.epsilon);
  dweight[channel] = product;
  dbias[channel] = first;
  totals[channel] = product;
  totals[channels + channel] = first;`,
    values: { epsilon },
  });
  eachChannel(
    backend,
    'BatchNormReluGradient',
    { dx },
    { dy, x },
    { ...perChannel, totals },
    `let inverse = 1.0 / sqrt(variance[channel] + constants.epsilon);
  let passed = select(number(), dy[i], ${normalised} > number());
  let slope = (x[i] - mean[channel]) * inverse * totals[channel];
  dx[i] = weight[channel] * inverse * (passed - (totals[constants.channels + channel] + slope) * constants.share);`,
    { epsilon, share: sizeOf(weight) / sizeOf(x) },
  );
  backend.disposeData(totals.dataId);
  return [dx, dweight, dbias];
});
