import { registerGradient, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { ofBothBranches, type SumAttributes } from './addNormaliseRelu';
import { type BatchNormalised, BatchNormReluGradient } from './batchNormRelu';
import { hasKernel, runKernels } from './fusedKernel';

/** a, b, weight, bias -> [max(BN(a + b), 0), mean, biased variance, unbiased variance, a + b]. */
export const AddBatchNormRelu = 'AddBatchNormRelu';
/** dy, dsum, x, weight, bias, mean, variance -> [gradient of a and of b, dweight, dbias], where x = a + b. */
export const AddBatchNormReluGradient = 'AddBatchNormReluGradient';

/**
 * ReLU of the batch norm, by the batch's own statistics, of a + b: where a residual block's two branches meet and the next one
 * begins. `sum` is absent unless `keepsSum`. Undefined where the engine has no such kernel.
 */
export function addBatchNormRelu(
  [a, b]: readonly [Tensor4D, Tensor4D],
  weight: Tensor1D,
  bias: Tensor1D,
  { epsilon, keepsSum }: { readonly epsilon: number; readonly keepsSum: boolean },
): (BatchNormalised & { readonly sum?: Tensor4D }) | undefined {
  if (!hasKernel(AddBatchNormRelu)) return undefined;
  const attributes = { epsilon, keepsSum: Number(keepsSum) };
  const [y, mean, variance, unbiasedVariance, sum] = runKernels(
    AddBatchNormRelu,
    { a, b, weight, bias },
    attributes,
  ) as [Tensor4D, Tensor1D, Tensor1D, Tensor1D, Tensor4D];
  return { y, mean, variance, unbiasedVariance, ...(keepsSum ? { sum } : {}) };
}

registerGradient({
  kernelName: AddBatchNormRelu,
  inputsToSave: ['weight', 'bias'],
  outputsToSave: [false, true, true, false, true],
  gradFunc: (dys, saved, attrs) => {
    const [weight, bias, mean, variance, x] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
    const { epsilon, keepsSum } = attrs as unknown as SumAttributes;
    const [dy, , , , dsum] = dys as [Tensor, Tensor, Tensor, Tensor, Tensor];
    const inputs = { dy, x, weight, bias, mean, variance };
    const [dx, dweight, dbias] = (
      keepsSum
        ? runKernels(AddBatchNormReluGradient, { ...inputs, dsum }, { epsilon })
        : runKernels(BatchNormReluGradient, inputs, { epsilon })
    ) as [Tensor, Tensor, Tensor];
    return {
      ...ofBothBranches(dx),
      weight: () => dweight,
      bias: () => dbias,
    };
  },
});
