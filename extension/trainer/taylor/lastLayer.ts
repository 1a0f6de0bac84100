import {
  abs,
  add,
  mean,
  mul,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { withoutGradient } from '../autodiff';
import { type BatchMeans, wholeBatch } from '../objectives/batchMeans';
import type { Branch } from '../objectives/objective';
import { klFromTarget, softTargets } from './softTargets';

export interface TaylorTerms {
  /** First-order term, before its weight alpha. */
  readonly first?: Scalar;
  /** Second-order term, before its weight. */
  readonly second?: Scalar;
}

/**
 * The official estimator of the Taylor terms: statistics of the last linear layer's gradient.
 *
 * With G the gradient of the batch's mean cross-entropy with respect to the last layer's weights, on clean (nat) and
 * adversarial (adv) images, and s1 = |sum_j G_cj|, s2 = (sum_j G_cj)^2 for every class c:
 *
 *   first  = 1/2 [ KL( R(s1nat - s1adv)[y] || p(x') ) + KL( R(s1adv - s1nat)[y] || p(x) ) ]
 *   second = 1/2 [ KL( R(s2adv - s2nat)[y] || p(x') ) + KL( R(s2adv - s2nat)[y] || p(x) ) ]
 *
 * as batch means; the targets carry no gradient. `secondTargets: "symmetric"` gives the adversarial side of the second
 * term R(s2nat - s2adv), which the official code computes and never uses.
 *
 * Source: Jin et al., CVPR 2023, and its official code (Alexkael/Randomized-Adversarial-Training).
 */
export function lastLayerTerms(
  natural: Branch,
  adversarial: Branch,
  oneHot: Tensor2D,
  { order, secondTargets }: { readonly order: 0 | 1 | 2; readonly secondTargets: 'reference' | 'symmetric' },
  overBatch: BatchMeans = wholeBatch,
): TaylorTerms {
  if (order === 0) return {};
  const targets = lastLayerTargets(natural, adversarial, oneHot, secondTargets, overBatch);
  const first = halfSum(
    klFromTarget(targets.firstAdversarial, adversarial.logProbabilities),
    klFromTarget(targets.firstNatural, natural.logProbabilities),
  );
  if (order === 1) return { first };
  const second = halfSum(
    klFromTarget(targets.secondAdversarial, adversarial.logProbabilities),
    klFromTarget(targets.secondNatural, natural.logProbabilities),
  );
  return { first, second };
}

const halfSum = (a: Scalar, b: Scalar): Scalar => mul(add(a, b), 0.5);

/** The soft labels of the four KL terms, [batch, classes] each; named by the branch whose prediction they meet. */
export interface LastLayerTargets {
  readonly firstAdversarial: Tensor2D;
  readonly firstNatural: Tensor2D;
  readonly secondAdversarial: Tensor2D;
  readonly secondNatural: Tensor2D;
}

export function lastLayerTargets(
  natural: Branch,
  adversarial: Branch,
  oneHot: Tensor2D,
  secondTargets: 'reference' | 'symmetric',
  overBatch: BatchMeans = wholeBatch,
): LastLayerTargets {
  const [naturalSums, adversarialSums] = overBatch('last-layer sums', [
    withoutGradient(() => lastLayerGradientSums(natural, oneHot)),
    withoutGradient(() => lastLayerGradientSums(adversarial, oneHot)),
  ]) as [Tensor1D, Tensor1D];
  const firstGap = sub(abs(naturalSums), abs(adversarialSums)) as Tensor1D;
  const secondGap = sub(square(adversarialSums), square(naturalSums)) as Tensor1D;
  const secondNatural = softTargets(secondGap, oneHot);
  return {
    firstAdversarial: softTargets(firstGap, oneHot),
    firstNatural: softTargets(mul(firstGap, -1), oneHot),
    secondAdversarial:
      secondTargets === 'reference' ? secondNatural : softTargets(mul(secondGap, -1), oneHot),
    secondNatural,
  };
}

/**
 * Sum over features of G, a class, in closed form: sum_j G_cj = mean_i (p_ic - 1[y_i = c]) sum_j h_ij. No backward pass is
 * needed. Result: [classes].
 */
export function lastLayerGradientSums(branch: Branch, oneHot: Tensor2D): Tensor1D {
  const featureSums = sum(branch.features, 1, true);
  return mean(mul(sub(branch.probabilities, oneHot), featureSums), 0);
}
