import type { TensorInfo } from '@tensorflow/tfjs-core';
import { BatchNormRelu, BatchNormReluGradient, type Epsilon } from '../../../fused/batchNormRelu';
import { kernel, sizeOf } from '../kernel';
import { eachRow, eachStretch, sumChannels } from './channelSums';
import { eachChannel } from './channels';
import { scale } from './normaliseRelu';

type Inputs<Name extends string> = Readonly<Record<Name, TensorInfo>>;

/** BN(x) before the ReLU; the gradient computes it again instead of keeping it. */
const normalised = '(x[i] - mean[channel]) * scale + bias[channel]';

/**
 * Moments in one pass over x, normalisation and ReLU in a second one. A stretch's squares are of distances from its own mean, and
 * are joined as Chan, Golub and LeVeque (1979) do: squares of distances from anything else would cancel.
 */
export const batchNormRelu = kernel<Inputs<'x' | 'weight' | 'bias'>, Epsilon>(
  BatchNormRelu,
  ({ inputs: { x, weight, bias }, attrs: { epsilon }, backend }) => {
    const [mean, variance, y] = [
      backend.output(weight.shape),
      backend.output(weight.shape),
      backend.output(x.shape),
    ];
    sumChannels(backend, {
      name: 'BatchNormRelu',
      arrays: { x },
      perChannel: {},
      ofStretch: `var sums = vec2f();
  ${eachRow('sums.x += x[i];')}
  let size = f32(endRow - firstRow);
  let about = joined(sums, thread).x / size;
  // Once more from the rounded mean, whose own error the sum of the distances shows.
  sums = vec2f();
  ${eachRow('let distance = x[i] - about; sums += vec2f(distance, distance * distance);')}
  sums = joined(sums, thread);
  let pair = vec2f(about + sums.x / size, sums.y - sums.x * sums.x / size);`,
      ofAll: `let about = partOf(0u, min(channel, constants.channels - 1u)).x;
  var sums = vec2f();
  ${eachStretch('sums.x += size * (part.x - about);')}
  let centre = about + joined(sums, thread).x / f32(constants.rows);
  sums = vec2f();
  ${eachStretch('let distance = part.x - centre; sums.y += part.y + size * distance * distance;')}
  let pair = vec2f(centre, joined(sums, thread).y / f32(constants.rows));`,
      results: { mean, variance },
      finish: 'mean[channel] = pair.x; variance[channel] = pair.y;',
    });
    const perChannel = { weight, bias, mean, variance };
    const activated = `${scale} y[i] = max(${normalised}, number());`;
    eachChannel(backend, 'BatchNormRelu', { y }, { x }, perChannel, activated, { epsilon });
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
  sumChannels(backend, {
    name: 'BatchNormReluGradient',
    arrays: { dy, x },
    perChannel,
    ofStretch: `var sums = vec2f();
  ${eachRow(`let passed = select(0.0, dy[i], ${normalised} > 0.0); sums += vec2f(passed, passed * (x[i] - mean[channel]));`, scale)}
  let pair = joined(sums, thread);`,
    ofAll: `var sums = vec2f();
  ${eachStretch('sums += part;')}
  let pair = joined(sums, thread);`,
    results: { dweight, dbias, totals },
    finishReads: { variance },
    finish: `let product = pair.y / sqrt(variance[channel] + constants.epsilon);
  dweight[channel] = product;
  dbias[channel] = pair.x;
  totals[channel] = product;
  totals[constants.channels + channel] = pair.x;`,
    values: { epsilon },
  });
  eachChannel(
    backend,
    'BatchNormReluGradient',
    { dx },
    { dy, x },
    { ...perChannel, totals },
    `${scale}
  let inverse = 1.0 / sqrt(variance[channel] + constants.epsilon);
  let passed = select(number(), dy[i], ${normalised} > number());
  let slope = (x[i] - mean[channel]) * inverse * totals[channel];
  dx[i] = scale * (passed - (totals[constants.channels + channel] + slope) * constants.share);`,
    { epsilon, share: sizeOf(weight) / sizeOf(x) },
  );
  backend.disposeData(totals.dataId);
  return [dx, dweight, dbias];
});
