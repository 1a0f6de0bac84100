import { add, div, mul, sqrt, square, sum, type Tensor, zerosLike } from '@tensorflow/tfjs-core';

/**
 * A direction in weight space scaled filter by filter to the weights' norms: d_f <- d_f ||w_f|| / (||d_f|| + 1e-10). A
 * filter is an output channel of a convolution or an output unit of a dense layer, the last axis in the engine's layouts.
 * Biases and batch-norm parameters (rank 1) get a zero direction. Source: Li et al., NeurIPS 2018.
 */
export function filterNormalised(direction: Tensor, weights: Tensor): Tensor {
  if (weights.rank < 2) return zerosLike(direction);
  const ratio = div(filterNorms(weights), add(filterNorms(direction), 1e-10));
  return mul(direction, ratio);
}

/** Euclidean norm of every filter: [out]. */
function filterNorms(weights: Tensor): Tensor {
  const axes = Array.from({ length: weights.rank - 1 }, (_, axis) => axis);
  return sqrt(sum(square(weights), axes));
}
