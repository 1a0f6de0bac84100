import {
  add,
  customGrad,
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
import { addNormaliseRelu } from '../fused/addNormaliseRelu';
import { batchNormRelu as fusedByBatch, normaliseRelu as fusedByStatistics } from '../fused/batchNormRelu';
import { weightedSum } from '../fused/weightedSum';
import { channelMeans } from './channels';
import type { Mode } from './model';
import { type TensorMap, tensorOf } from './tensorMap';

/** PyTorch's defaults (`torch.nn.BatchNorm2d`). */
export const batchNormEpsilon = 1e-5;
export const batchNormMomentum = 0.1;

/**
 * Batch normalisation as PyTorch does it. `x`: [batch, height, width, channels].
 * In train mode the batch's statistics normalise (with the biased variance), and the batch's mean and unbiased variance
 * are put into `batchStatistics` for the running averages. In eval mode the running statistics normalise.
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
  const mean = channelMeans(x);
  const variance = channelMeans(square(sub(x, mean)));
  recordStatistics(layer, x, mean, variance, batchStatistics);
  return normalise(x, weight, bias, mean, variance);
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
  } else {
    const fused = fusedByBatch(x, weight, bias, batchNormEpsilon);
    if (fused) {
      recordStatistics(layer, x, fused.mean, fused.variance, batchStatistics);
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
  if (terms.length === 2 && mode === 'eval') {
    const weight = tensorOf(parameters, `${layer}.weight`) as Tensor1D;
    const bias = tensorOf(parameters, `${layer}.bias`) as Tensor1D;
    const running = runningOf(statistics, layer);
    const fused = addNormaliseRelu(terms, weight, bias, running, { epsilon: batchNormEpsilon, keepsSum });
    if (fused) return fused;
  }
  const sum: Tensor4D = terms.length === 2 ? add(...terms) : terms[0];
  const activated = batchNormRelu(parameters, statistics, layer, sum, mode, batchStatistics);
  return keepsSum ? { activated, sum } : { activated };
}

const runningOf = (statistics: TensorMap, layer: string) => ({
  mean: tensorOf(statistics, `${layer}.running_mean`),
  variance: tensorOf(statistics, `${layer}.running_var`),
});

/** `variance`: the biased one; the running average is of the unbiased one. */
function recordStatistics(
  layer: string,
  x: Tensor4D,
  mean: Tensor,
  variance: Tensor,
  batchStatistics: Map<string, Tensor>,
): void {
  const count = x.shape[0] * x.shape[1] * x.shape[2];
  batchStatistics.set(`${layer}.running_mean`, mean);
  batchStatistics.set(`${layer}.running_var`, mul(variance, count / Math.max(count - 1, 1)));
}

/**
 * y = weight (x - mean) / sqrt(variance + epsilon) + bias, where mean and variance are those of `x`: the gradient accounts
 * for their dependence on `x`. With s = weight / sqrt(variance + epsilon) and c = x - mean,
 *
 *   dx = s ( dy - mean(dy) - c mean(dy c) / (variance + epsilon) ),  dweight = sum(dy c) / sqrt(variance + epsilon),
 *   dbias = sum(dy).
 *
 * Source: Ioffe and Szegedy 2015, section 3.
 */
function normalise(
  x: Tensor4D,
  weight: Tensor1D,
  bias: Tensor1D,
  mean: Tensor1D,
  variance: Tensor1D,
): Tensor4D {
  const count = x.shape[0] * x.shape[1] * x.shape[2];
  const operation = customGrad((...inputs) => {
    const [images, scale, offset, save] = inputs as [Tensor4D, Tensor1D, Tensor1D, GradSaveFunc];
    save([images, scale, mean, variance]);
    const factor = mul(scale, rsqrt(add(variance, batchNormEpsilon)));
    return {
      value: add(mul(sub(images, mean), factor), offset),
      gradFunc: (dy: Tensor, saved: Tensor[]) => normaliseGradients(dy as Tensor4D, saved, count),
    };
  });
  return operation(x, weight, bias) as Tensor4D;
}

function normaliseGradients(dy: Tensor4D, saved: readonly Tensor[], count: number): Tensor[] {
  const [x, weight, mean, variance] = saved as [Tensor4D, Tensor1D, Tensor1D, Tensor1D];
  const centred: Tensor4D = sub(x, mean);
  const inverseDeviation = rsqrt(add(variance, batchNormEpsilon));
  const meanDy = channelMeans(dy);
  const meanDyCentred = channelMeans(mul(dy, centred));
  const slope = mul(meanDyCentred, square(inverseDeviation));
  const dx = mul(sub(sub(dy, meanDy), mul(centred, slope)), mul(weight, inverseDeviation));
  return [dx, mul(mul(meanDyCentred, inverseDeviation), count), mul(meanDy, count)];
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
