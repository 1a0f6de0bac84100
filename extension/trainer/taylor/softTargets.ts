import {
  add,
  div,
  greater,
  log,
  maximum,
  min,
  mul,
  type Scalar,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
  tile,
  where,
} from '@tensorflow/tfjs-core';
import { klDivergence } from '../objectives/losses';

/**
 * Soft labels R(v)[y] of the last-layer Taylor terms. `v`: [classes]; `oneHot`: [batch, classes]; the result, [batch,
 * classes], has rows that sum to 1.
 *
 * A row holds 1 - kappa at the true class and spreads kappa = 1 - 2 / classes over the others in proportion to v - min v;
 * evenly where those are all equal (no gap between clean and adversarial images).
 */
export function softTargets(v: Tensor1D, oneHot: Tensor2D): Tensor2D {
  const classes = v.size;
  const kappa = 1 - 2 / classes;
  const shifted = sub(v, min(v));
  const total = sum(shifted);
  const proportions = div(shifted, where(greater(total, 0), total, 1));
  const others = sub(1, oneHot);
  const masked = mul(proportions, others);
  const mass = sum(masked, 1, true);
  const hasMass = greater(mass, 0);
  const inProportion = div(masked, where(hasMass, mass, 1));
  const even = mul(others, 1 / (classes - 1));
  const spread = where(tile(hasMass, [1, classes]), inProportion, even) as Tensor2D;
  return add(mul(spread, kappa), mul(oneHot, 1 - kappa));
}

/** Batch mean of KL(target || q) in nats, with 0 log 0 = 0. [batch, classes] each. */
export function klFromTarget(target: Tensor2D, logQ: Tensor2D): Scalar {
  // The least logarithm that every engine has: some take smaller numbers for 0.
  const logTarget: Tensor2D = log(maximum(target, 1e-37));
  return klDivergence(target, logTarget, logQ);
}
