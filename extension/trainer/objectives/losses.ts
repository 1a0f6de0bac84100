import { mean, mul, neg, type Scalar, sub, sum, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { klRows as fusedKlRows } from '../fused/klRows';

/** Mean cross-entropy in nats. `logProbabilities`, `oneHot`: [batch, classes]. */
export function crossEntropy(logProbabilities: Tensor2D, oneHot: Tensor2D): Scalar {
  return neg(mean(sum(mul(oneHot, logProbabilities), 1)));
}

/** KL(p || q) of every row, in nats: [batch]. `p` are probabilities, `logP` their logarithms. */
export function klRows(p: Tensor2D, logP: Tensor2D, logQ: Tensor2D): Tensor1D {
  return fusedKlRows(p, logP, logQ) ?? sum(mul(p, sub(logP, logQ)), 1);
}

/** Batch mean of KL(p || q), in nats. */
export function klDivergence(p: Tensor2D, logP: Tensor2D, logQ: Tensor2D): Scalar {
  return mean(klRows(p, logP, logQ));
}
