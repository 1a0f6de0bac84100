import {
  add,
  mul,
  type NamedTensorMap,
  registerGradient,
  rsqrt,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { ReluGradient, rowsOf } from './biasRelu';
import { hasKernel, runKernel, runKernels } from './fusedKernel';

/** x, weight, bias -> [max(BN(x), 0), mean, biased variance, unbiased variance], normalised by the batch's own statistics. */
export const BatchNormRelu = 'BatchNormRelu';
/** dy, x, weight, bias, mean, variance -> [dx, dweight, dbias]. */
export const BatchNormReluGradient = 'BatchNormReluGradient';
/** x, weight, bias, mean, variance -> max(BN(x), 0), normalised by the statistics given. */
export const NormaliseRelu = 'NormaliseRelu';
/** dy, y, weight, variance -> dx, with the statistics taken as constants. */
export const NormaliseReluGradient = 'NormaliseReluGradient';

export interface Epsilon {
  /** Added to the variance. */
  readonly epsilon: number;
}

/** `y`: [batch, height, width, channels]; statistics: [channels]. */
export interface BatchNormalised {
  readonly y: Tensor4D;
  readonly mean: Tensor1D;
  /** The biased one, which normalises. */
  readonly variance: Tensor1D;
  readonly unbiasedVariance: Tensor1D;
}

/** What makes the biased variance of so many numbers the unbiased one (Bessel's correction). */
export const unbiasing = (count: number): number => count / Math.max(count - 1, 1);

/**
 * Batch norm by the batch's own statistics, then ReLU, with the gradient through the statistics. Undefined where the engine has
 * no such kernel.
 */
export function batchNormRelu(
  x: Tensor4D,
  weight: Tensor1D,
  bias: Tensor1D,
  epsilon: number,
): BatchNormalised | undefined {
  if (!hasKernel(BatchNormRelu)) return undefined;
  const [y, mean, variance, unbiasedVariance] = runKernels(
    BatchNormRelu,
    { x, weight, bias },
    { epsilon },
  ) as [Tensor4D, Tensor1D, Tensor1D, Tensor1D];
  return { y, mean, variance, unbiasedVariance };
}

/** Batch norm by given statistics, then ReLU. Undefined where the engine has no such kernel. */
export function normaliseRelu(
  x: Tensor4D,
  weight: Tensor1D,
  bias: Tensor1D,
  statistics: { readonly mean: Tensor; readonly variance: Tensor },
  epsilon: number,
): Tensor4D | undefined {
  if (!hasKernel(NormaliseRelu)) return undefined;
  return runKernel(NormaliseRelu, { x, weight, bias, ...statistics }, { epsilon }) as Tensor4D;
}

registerGradient({
  kernelName: BatchNormRelu,
  inputsToSave: ['x', 'weight', 'bias'],
  outputsToSave: [false, true, true, false],
  gradFunc: (dys, saved, attrs) => {
    const [dy] = dys as [Tensor];
    const [x, weight, bias, mean, variance] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
    const inputs: NamedTensorMap = { dy, x, weight, bias, mean, variance };
    const { epsilon } = attrs as unknown as Epsilon;
    const [dx, dweight, dbias] = runKernels(BatchNormReluGradient, inputs, { epsilon }) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    return { x: () => dx, weight: () => dweight, bias: () => dbias };
  },
});

/** Lazily, for an attack needs the images' gradient alone. */
registerGradient({
  kernelName: NormaliseRelu,
  inputsToSave: ['x', 'weight', 'mean', 'variance'],
  outputsToSave: [true],
  gradFunc: (dys, saved, attrs) => {
    const dy = dys as Tensor;
    const [x, weight, mean, variance, y] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
    const { epsilon } = attrs as unknown as Epsilon;
    return {
      x: () => runKernel(NormaliseReluGradient, { dy, y, weight, variance }, { epsilon }),
      ...weightAndBias(dy, y, () => x, { mean, variance }, epsilon),
    };
  },
});

/** Gradients of a normalisation by given statistics; `y` is its result after the ReLU. */
export function weightAndBias(
  dy: Tensor,
  y: Tensor,
  x: () => Tensor,
  { mean, variance }: { readonly mean: Tensor; readonly variance: Tensor },
  epsilon: number,
) {
  const passed = () => rowsOf(runKernel(ReluGradient, { dy, y }));
  return {
    weight: () => mul(sum(mul(passed(), sub(rowsOf(x()), mean)), 0), rsqrt(add(variance, epsilon))),
    bias: () => sum(passed(), 0),
  };
}
