import {
  add,
  customGrad,
  div,
  type GradSaveFunc,
  mul,
  relu,
  rsqrt,
  square,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { addBatchNormRelu } from '../fused/addBatchNormRelu';
import { addNormaliseRelu } from '../fused/addNormaliseRelu';
import {
  batchNormRelu as fusedByBatch,
  normaliseRelu as fusedByStatistics,
  unbiasing,
} from '../fused/batchNormRelu';
import { weightedSum } from '../fused/weightedSum';
import { channelMeans } from './channels';
import type { Mode, SharedBatch } from './model';
import { type TensorMap, tensorOf } from './tensorMap';

/** PyTorch's defaults (`torch.nn.BatchNorm2d`). */
export const batchNormEpsilon = 1e-5;
export const batchNormMomentum = 0.1;

/**
 * Batch normalisation as PyTorch does it. `x`: [batch, height, width, channels].
 * In train mode the batch's statistics normalise (with the biased variance), and the batch's mean and unbiased variance
 * are put into `batchStatistics` for the running averages; a shared batch's statistics are those of all its parts. In eval mode
 * the running statistics normalise.
 */
export function batchNorm(
  parameters: TensorMap,
  statistics: TensorMap,
  layer: string,
  x: Tensor4D,
  mode: Mode,
  batchStatistics: Map<string, Tensor>,
): Tensor4D {
  const weight = tensorOf(parameters, `${layer}.weight`) as Tensor1D;
  const bias = tensorOf(parameters, `${layer}.bias`) as Tensor1D;
  if (mode === 'eval') {
    const mean = tensorOf(statistics, `${layer}.running_mean`);
    const scale = mul(weight, rsqrt(add(tensorOf(statistics, `${layer}.running_var`), batchNormEpsilon)));
    return add(mul(x, scale), sub(bias, mul(mean, scale)));
  }
  const shared = mode === 'train' ? undefined : mode;
  const mean = meanOver(shared, channelMeans(x));
  const variance = meanOver(shared, channelMeans(square(sub(x, mean))));
  const count = (shared?.examples ?? x.shape[0]) * x.shape[1] * x.shape[2];
  const unbiasedVariance = mul(variance, unbiasing(count));
  recordStatistics(layer, { mean, unbiasedVariance }, batchStatistics);
  return normalise(x, { weight, bias, mean, variance }, shared);
}

/** ReLU of `batchNorm`, in one pass where the engine can. */
export function batchNormRelu(
  parameters: TensorMap,
  statistics: TensorMap,
  layer: string,
  x: Tensor4D,
  mode: Mode,
  batchStatistics: Map<string, Tensor>,
): Tensor4D {
  const weight = tensorOf(parameters, `${layer}.weight`) as Tensor1D;
  const bias = tensorOf(parameters, `${layer}.bias`) as Tensor1D;
  if (mode === 'eval') {
    const y = fusedByStatistics(x, weight, bias, runningOf(statistics, layer), batchNormEpsilon);
    if (y) return y;
  } else if (mode === 'train') {
    const fused = fusedByBatch(x, weight, bias, batchNormEpsilon);
    if (fused) {
      recordStatistics(layer, fused, batchStatistics);
      return fused.y;
    }
  }
  return relu(batchNorm(parameters, statistics, layer, x, mode, batchStatistics));
}

/** What a residual block hands on: two branches whose sum is not taken yet, for the next layer may do that on the way. */
export type Terms = readonly [Tensor4D] | readonly [Tensor4D, Tensor4D];

/** `batchNormRelu` of the sum of the terms, in one pass where the engine can; and that sum if `keepsSum`. */
export function sumBatchNormRelu(
  parameters: TensorMap,
  statistics: TensorMap,
  layer: string,
  terms: Terms,
  mode: Mode,
  batchStatistics: Map<string, Tensor>,
  keepsSum: boolean,
): { readonly activated: Tensor4D; readonly sum?: Tensor4D } {
  if (terms.length === 2) {
    const weight = tensorOf(parameters, `${layer}.weight`) as Tensor1D;
    const bias = tensorOf(parameters, `${layer}.bias`) as Tensor1D;
    const attributes = { epsilon: batchNormEpsilon, keepsSum };
    if (mode === 'eval') {
      const fused = addNormaliseRelu(terms, weight, bias, runningOf(statistics, layer), attributes);
      if (fused) return fused;
    } else if (mode === 'train') {
      const fused = addBatchNormRelu(terms, weight, bias, attributes);
      if (fused) {
        recordStatistics(layer, fused, batchStatistics);
        const { y: activated, sum } = fused;
        return { activated, ...(sum ? { sum } : {}) };
      }
    }
  }
  const sum: Tensor4D = terms.length === 2 ? add(...terms) : terms[0];
  const activated = batchNormRelu(parameters, statistics, layer, sum, mode, batchStatistics);
  return keepsSum ? { activated, sum } : { activated };
}

const runningOf = (statistics: TensorMap, layer: string) => ({
  mean: tensorOf(statistics, `${layer}.running_mean`),
  variance: tensorOf(statistics, `${layer}.running_var`),
});

/** The running average is of the unbiased variance. */
function recordStatistics(
  layer: string,
  { mean, unbiasedVariance }: { readonly mean: Tensor; readonly unbiasedVariance: Tensor },
  batchStatistics: Map<string, Tensor>,
): void {
  batchStatistics.set(`${layer}.running_mean`, mean);
  batchStatistics.set(`${layer}.running_var`, unbiasedVariance);
}

/**
 * y = weight (x - mean) / sqrt(variance + epsilon) + bias, where mean and variance are those of the batch: the gradient accounts
 * for their dependence on `x`. With s = weight / sqrt(variance + epsilon) and c = x - mean,
 *
 *   dx = s ( dy - mean(dy) - c mean(dy c) / (variance + epsilon) ),  dweight = sum(dy c) / sqrt(variance + epsilon),
 *   dbias = sum(dy).
 *
 * Of a shared batch the means in dx are over all parts, and the sums over this one.
 *
 * Source: Ioffe and Szegedy 2015, section 3.
 */
function normalise(
  x: Tensor4D,
  { weight, bias, mean, variance }: Readonly<Record<'weight' | 'bias' | 'mean' | 'variance', Tensor1D>>,
  shared: SharedBatch | undefined,
): Tensor4D {
  const operation = customGrad((...inputs) => {
    const [images, scale, offset, save] = inputs as [Tensor4D, Tensor1D, Tensor1D, GradSaveFunc];
    save([images, scale, mean, variance]);
    const factor = mul(scale, rsqrt(add(variance, batchNormEpsilon)));
    return {
      value: add(mul(sub(images, mean), factor), offset),
      gradFunc: (dy: Tensor, saved: Tensor[]) => normaliseGradients(dy as Tensor4D, saved, shared),
    };
  });
  return operation(x, weight, bias) as Tensor4D;
}

function normaliseGradients(
  dy: Tensor4D,
  saved: readonly Tensor[],
  shared: SharedBatch | undefined,
): Tensor[] {
  const [x, weight, mean, variance] = saved as [Tensor4D, Tensor1D, Tensor1D, Tensor1D];
  const centred: Tensor4D = sub(x, mean);
  const inverseDeviation = rsqrt(add(variance, batchNormEpsilon));
  const meanDy = channelMeans(dy);
  const meanDyCentred = channelMeans(mul(dy, centred));
  const [allDy, allDyCentred] = gradientMeansOver(shared, meanDy, meanDyCentred);
  const slope = mul(allDyCentred, square(inverseDeviation));
  const dx = mul(sub(sub(dy, allDy), mul(centred, slope)), mul(weight, inverseDeviation));
  const count = x.shape[0] * x.shape[1] * x.shape[2];
  return [dx, mul(mul(meanDyCentred, inverseDeviation), count), mul(meanDy, count)];
}

function meanOver(shared: SharedBatch | undefined, mean: Tensor1D): Tensor1D {
  return shared ? shared.overBatch([mean] as const)[0] : mean;
}

/** Each part's loss counts by its factor; this part's gradients are before that factor. */
function gradientMeansOver(
  shared: SharedBatch | undefined,
  ...means: readonly [Tensor1D, Tensor1D]
): readonly [Tensor1D, Tensor1D] {
  if (!shared) return means;
  const { overBatch, lossFactor } = shared;
  const [dy, dyCentred] = overBatch([mul(means[0], lossFactor), mul(means[1], lossFactor)] as const);
  return [div(dy, lossFactor), div(dyCentred, lossFactor)];
}

/**
 * Running statistics after `updates` updates, each PyTorch's running <- 0.9 running + 0.1 batch.
 * `updates` holds the batch statistics in the order of their forward passes; repeated maps cost nothing extra, because the
 * result is a weighted sum computed in one go.
 */
export function updateStatistics(statistics: TensorMap, updates: readonly TensorMap[]): TensorMap {
  const weights = new Map<TensorMap, number>();
  updates.forEach((batch, i) => {
    const weight = batchNormMomentum * (1 - batchNormMomentum) ** (updates.length - 1 - i);
    weights.set(batch, (weights.get(batch) ?? 0) + weight);
  });
  const keep = (1 - batchNormMomentum) ** updates.length;
  const result = new Map<string, Tensor>();
  for (const [name, running] of statistics) {
    const batches = Array.from(weights, ([batch, weight]) => ({ tensor: tensorOf(batch, name), weight }));
    result.set(name, weightedSum([{ tensor: running, weight: keep }, ...batches]));
  }
  return result;
}
