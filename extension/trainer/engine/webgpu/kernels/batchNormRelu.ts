import type { TensorInfo } from '@tensorflow/tfjs-core';
import { AddBatchNormRelu, AddBatchNormReluGradient } from '../../../fused/addBatchNormRelu';
import { BatchNormRelu, BatchNormReluGradient, type Epsilon, unbiasing } from '../../../fused/batchNormRelu';
import type { GpuBackend } from '../backend';
import { kernel, sizeOf } from '../kernel';
import { eachRow, eachStretch, sumChannels } from './channelSums';
import { type Arrays, eachChannel } from './channels';
import { scale } from './normaliseRelu';

type Inputs<Name extends string> = Readonly<Record<Name, TensorInfo>>;

/** BN(x) before the ReLU; the gradient computes it again instead of keeping it. */
const normalised = '(x[i] - mean[channel]) * scale + bias[channel]';

export const batchNormRelu = kernel<Inputs<'x' | 'weight' | 'bias'>, Epsilon>(
  BatchNormRelu,
  ({ inputs: { x, weight, bias }, attrs: { epsilon }, backend }) => {
    const moments = momentsOf(backend, BatchNormRelu, x, { x });
    const y = activated(backend, x, { weight, bias, ...moments.biased }, epsilon);
    return [y, ...moments.all];
  },
);

/** The sum of a residual block's branches is written on the way to its moments. */
export const addBatchNormRelu = kernel<Inputs<'a' | 'b' | 'weight' | 'bias'>, Epsilon>(
  AddBatchNormRelu,
  ({ inputs: { a, b, weight, bias }, attrs: { epsilon }, backend }) => {
    const x = backend.output(a.shape);
    const moments = momentsOf(backend, AddBatchNormRelu, x, { a, b }, 'x[i] = a[i] + b[i];');
    const y = activated(backend, x, { weight, bias, ...moments.biased }, epsilon);
    return [y, ...moments.all, x];
  },
);

/**
 * Moments in one pass over x. A stretch's squares are of distances from its own mean, and are joined as Chan, Golub and LeVeque
 * (1979) do: squares of distances from anything else would cancel. `makeX`: statement that makes x from other `arrays`.
 */
function momentsOf(backend: GpuBackend, name: string, x: TensorInfo, arrays: Arrays, makeX?: string) {
  const channels = x.shape.at(-1) ?? 1;
  const rows = sizeOf(x) / channels;
  const mean = backend.output([channels]);
  const variance = backend.output([channels]);
  const unbiased = backend.output([channels]);
  sumChannels(backend, {
    name,
    arrays,
    perChannel: {},
    ...(makeX ? { written: { x } } : {}),
    ofStretch: `var sums = vec2f();
  ${eachRow(`${makeX ?? ''} sums.x += x[i];`)}
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
    results: { mean, variance, unbiased },
    finish: `mean[channel] = pair.x;
  variance[channel] = pair.y;
  unbiased[channel] = pair.y * constants.correction;`,
    values: { correction: unbiasing(rows) },
  });
  return { biased: { mean, variance }, all: [mean, variance, unbiased] };
}

/** Normalisation and ReLU, in a second pass over x. */
function activated(
  backend: GpuBackend,
  x: TensorInfo,
  perChannel: Inputs<'weight' | 'bias' | 'mean' | 'variance'>,
  epsilon: number,
): TensorInfo {
  const y = backend.output(x.shape);
  const body = `${scale} y[i] = max(${normalised}, number());`;
  eachChannel(backend, BatchNormRelu, { y }, { x }, perChannel, body, { epsilon });
  return y;
}

type GradientInputs = Inputs<'dy' | 'x' | 'weight' | 'bias' | 'mean' | 'variance'>;

export const batchNormReluGradient = kernel<GradientInputs, Epsilon>(
  BatchNormReluGradient,
  ({ inputs, attrs: { epsilon }, backend }) => gradients(backend, inputs, epsilon),
);

export const addBatchNormReluGradient = kernel<GradientInputs & Inputs<'dsum'>, Epsilon>(
  AddBatchNormReluGradient,
  ({ inputs: { dsum, ...inputs }, attrs: { epsilon }, backend }) => gradients(backend, inputs, epsilon, dsum),
);

/**
 * With g the gradient of the ReLU's input, n rows, c = x - mean and s = 1 / sqrt(variance + epsilon):
 *
 *   dbias = sum g,  dweight = s sum g c,  dx = weight s (g - dbias / n - c s dweight / n).
 *
 * Both sums in one pass over x and dy, dx in a second one, which also adds `dsum`, what comes back to x by another way.
 * Source: Ioffe and Szegedy 2015, section 3.
 */
function gradients(
  backend: GpuBackend,
  { dy, x, weight, bias, mean, variance }: GradientInputs,
  epsilon: number,
  dsum?: TensorInfo,
): TensorInfo[] {
  const [dweight, dbias] = [backend.output(weight.shape), backend.output(weight.shape)];
  // What the second pass needs of a channel, in one array: a device may have no more than eight arrays for a program.
  const terms = backend.output([3, ...weight.shape]);
  const dx = backend.output(x.shape);
  sumChannels(backend, {
    name: BatchNormReluGradient,
    arrays: { dy, x },
    perChannel: { weight, bias, mean, variance },
    ofStretch: `var sums = vec2f();
  ${eachRow(`let passed = select(0.0, dy[i], ${normalised} > 0.0); sums += vec2f(passed, passed * (x[i] - mean[channel]));`, scale)}
  let pair = joined(sums, thread);`,
    ofAll: `var sums = vec2f();
  ${eachStretch('sums += part;')}
  let pair = joined(sums, thread);`,
    results: { dweight, dbias, terms },
    finishReads: { weight, variance },
    finish: `${scale}
  let inverse = 1.0 / sqrt(variance[channel] + constants.epsilon);
  dweight[channel] = pair.y * inverse;
  dbias[channel] = pair.x;
  terms[channel] = scale;
  terms[constants.channels + channel] = pair.x * constants.share;
  terms[2u * constants.channels + channel] = pair.y * inverse * inverse * constants.share;`,
    values: { epsilon, share: sizeOf(weight) / sizeOf(x) },
  });
  eachChannel(
    backend,
    dsum ? AddBatchNormReluGradient : BatchNormReluGradient,
    { dx },
    { dy, x, ...(dsum ? { dsum } : {}) },
    { mean, bias, terms },
    `let scale = terms[channel];
  let passed = select(number(), dy[i], ${normalised} > number());
  let centred = x[i] - mean[channel];
  let own = scale * (passed - terms[constants.channels + channel] - centred * terms[2u * constants.channels + channel]);
  dx[i] = own${dsum ? ' + dsum[i]' : ''};`,
  );
  backend.disposeData(terms.dataId);
  return [dx, dweight, dbias];
}
