import { add, mul, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './fusedKernel';

/** tensor0, tensor1, ... of one shape and attributes weight0, weight1, ... -> sum of weight i tensor i. */
export const WeightedSum = 'WeightedSum';

export interface WeightedTensor {
  readonly tensor: Tensor;
  readonly weight: number;
}

/** Sum of weight i tensor i, from the first on; in one pass where the engine can. At least one tensor, all of one shape. */
export function weightedSum(terms: readonly [WeightedTensor, ...WeightedTensor[]]): Tensor {
  if (!hasKernel(WeightedSum)) {
    const [first, ...others] = terms;
    return others.reduce<Tensor>(
      (total, { tensor, weight }) => add(total, mul(tensor, weight)),
      mul(first.tensor, first.weight),
    );
  }
  const inputs: NamedTensorMap = {};
  const weights: Record<string, number> = {};
  for (const [i, { tensor, weight }] of terms.entries()) {
    inputs[`tensor${i}`] = tensor;
    weights[`weight${i}`] = weight;
  }
  return runKernel(WeightedSum, inputs, weights);
}
