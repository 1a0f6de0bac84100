import { add, registerGradient, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { type Epsilon, NormaliseReluGradient, weightAndBias } from './batchNormRelu';
import { hasKernel, runKernel, runKernels } from './fusedKernel';

/** a, b, weight, bias, mean, variance -> [max(BN(a + b), 0), a + b if `keepsSum`], normalised by the statistics given. */
export const AddNormaliseRelu = 'AddNormaliseRelu';
/** dy, dsum, y, weight, variance -> gradient of a and of b, with the statistics taken as constants. */
export const AddNormaliseReluGradient = 'AddNormaliseReluGradient';

/** Of kernels that take the sum of two branches. */
export interface SumAttributes extends Epsilon {
  /** 1 or 0. A sum that nobody needs need not be written, and has no gradient of its own. */
  readonly keepsSum: number;
}

/**
 * ReLU of the batch norm, by given statistics, of a + b: where a residual block's two branches meet and the next one begins.
 * `sum` is absent unless `keepsSum`. Undefined where the engine has no such kernel.
 */
export function addNormaliseRelu(
  [a, b]: readonly [Tensor4D, Tensor4D],
  weight: Tensor1D,
  bias: Tensor1D,
  statistics: { readonly mean: Tensor; readonly variance: Tensor },
  { epsilon, keepsSum }: { readonly epsilon: number; readonly keepsSum: boolean },
): { readonly activated: Tensor4D; readonly sum?: Tensor4D } | undefined {
  if (!hasKernel(AddNormaliseRelu)) return undefined;
  const inputs = { a, b, weight, bias, ...statistics };
  const attributes = { epsilon, keepsSum: Number(keepsSum) };
  const [activated, sum] = runKernels(AddNormaliseRelu, inputs, attributes) as [Tensor4D, Tensor4D?];
  return { activated, ...(sum ? { sum } : {}) };
}

registerGradient({
  kernelName: AddNormaliseRelu,
  inputsToSave: ['a', 'b', 'weight', 'mean', 'variance'],
  outputsToSave: [true, false],
  gradFunc: (dys, saved, attrs) => {
    const [a, b, weight, mean, variance, y] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
    const { epsilon, keepsSum } = attrs as unknown as SumAttributes;
    const [dy, dsum] = (keepsSum ? dys : [dys]) as [Tensor, Tensor?];
    const inputs = { dy, y, weight, variance };
    const dx = dsum
      ? runKernel(AddNormaliseReluGradient, { ...inputs, dsum }, { epsilon })
      : runKernel(NormaliseReluGradient, inputs, { epsilon });
    return {
      ...ofBothBranches(dx),
      ...weightAndBias(dy, y, () => add(a, b), { mean, variance }, epsilon),
    };
  },
});

/** The gradient of each branch is that of the sum: two tensors of one array, for TensorFlow.js disposes of gradients one by one. */
export const ofBothBranches = (dx: Tensor) => ({ a: () => dx, b: () => dx.clone() });
