import {
  add,
  argMax,
  cast,
  div,
  mul,
  neg,
  oneHot,
  relu,
  type Scalar,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  topk,
} from '@tensorflow/tfjs-core';
import { withoutGradient } from '../autodiff';
import { crossEntropySum } from '../objectives/logSoftmax';
import { type LogitRows, logitAt, marginOf, rankingOf } from './logitRows';

/** The classes a loss looks at, as one-hot rows: [batch, classes]. */
export interface ClassRows {
  readonly label: Tensor2D;
  /** The class to be reached, for targeted losses; the label's rows elsewhere. */
  readonly target: Tensor2D;
}

/** What an attack maximises. */
export interface AttackLoss {
  readonly targeted: boolean;
  /** Fewest classes for which it is defined. */
  readonly leastClasses: number;
  /** Sum over the batch, so that an image's gradient ignores its neighbours. */
  sum(logits: Tensor2D, classes: ClassRows): Scalar;
  /** The loss of one row of logits that were read back, in float64. */
  value(logits: LogitRows, row: number, label: number, target: number): number;
}

/** Cross-entropy with the label. */
export const crossEntropyLoss: AttackLoss = {
  targeted: false,
  leastClasses: 2,
  sum: (logits, { label }) => crossEntropySum(label, logits),
  value: crossEntropyOf,
};

/** Minus cross-entropy with the target: what stands in for the targeted DLR loss where there are too few classes. */
export const targetedCrossEntropyLoss: AttackLoss = {
  targeted: true,
  leastClasses: 2,
  sum: (logits, { target }) => neg(crossEntropySum(target, logits)),
  value: (logits, row, _label, target) => -crossEntropyOf(logits, row, target),
};

/** Keeps a loss's denominator from zero. */
const tiny = 1e-12;

/**
 * Difference of logits ratio: -(z_y - max_{i != y} z_i) / (z_π1 - z_π3), with π the order of falling logits. Unlike
 * cross-entropy it does not change when the logits are shifted or scaled. Source: Croce and Hein, ICML 2020, eq. 6.
 */
export const dlrLoss: AttackLoss = {
  targeted: false,
  leastClasses: 3,
  sum: (logits, { label }) =>
    ratioSum(logits, sub(label, rivalRows(logits, label)), rankedRows(logits, [1, 0, -1])),
  value(logits, row, label) {
    const z = sortedLogits(logits, row);
    return -marginOf(logits, row, label) / (at(z, 0) - at(z, 2) + tiny);
  },
};

/** -(z_y - z_t) / (z_π1 - (z_π3 + z_π4) / 2). Source: Croce and Hein, ICML 2020, eq. 7. */
export const targetedDlrLoss: AttackLoss = {
  targeted: true,
  leastClasses: 4,
  sum: (logits, { label, target }) =>
    ratioSum(logits, sub(label, target), rankedRows(logits, [1, 0, -0.5, -0.5])),
  value(logits, row, label, target) {
    const z = sortedLogits(logits, row);
    const difference = logitAt(logits, row, label) - logitAt(logits, row, target);
    return -difference / (at(z, 0) - 0.5 * (at(z, 2) + at(z, 3)) + tiny);
  },
};

/** How far a wrong class must lead before the CW loss is content. */
const confidence = 50;

/** -max(z_y - max_{j != y} z_j + 50, 0). Source: Carlini and Wagner 2017, in the form of the TRADES line of evaluations. */
export const carliniWagnerLoss: AttackLoss = {
  targeted: false,
  leastClasses: 2,
  sum: (logits, { label }) => {
    const margin = sum(mul(sub(label, rivalRows(logits, label)), logits), 1);
    return neg(sum(relu(add(margin, confidence))));
  },
  value: (logits, row, label) => -Math.max(marginOf(logits, row, label) + confidence, 0),
};

/** Sum of -(top . z) / (bottom . z): the rows that pick logits are constants, since ranking has no gradient. */
function ratioSum(logits: Tensor2D, top: Tensor, bottom: Tensor): Scalar {
  const numerator = sum(mul(top, logits), 1);
  const denominator = add(sum(mul(bottom, logits), 1), tiny);
  return neg(sum(div(numerator, denominator)));
}

/** One-hot rows of the largest logit apart from the label's. */
function rivalRows(logits: Tensor2D, label: Tensor2D): Tensor2D {
  return withoutGradient(() => {
    const withoutLabel = sub(logits, mul(label, 1e30));
    return cast(oneHot(argMax(withoutLabel, 1), logits.shape[1]), 'float32') as Tensor2D;
  });
}

/** Rows that weigh the largest logit with the first weight, the next with the second and so on. */
function rankedRows(logits: Tensor2D, weights: readonly number[]): Tensor2D {
  return withoutGradient(() => {
    const { indices } = topk(logits, weights.length);
    const ranks = cast(oneHot(indices as Tensor2D, logits.shape[1]), 'float32');
    return sum(mul(ranks, tensor2d([...weights], [weights.length, 1])), 1) as Tensor2D;
  });
}

function crossEntropyOf(logits: LogitRows, row: number, label: number): number {
  const z = sortedLogits(logits, row);
  const largest = at(z, 0);
  // The small terms apart from the largest, which is 1: they would vanish beside it.
  const others = z.slice(1).reduce((total, value) => total + Math.exp(value - largest), 0);
  return Math.log1p(others) + largest - logitAt(logits, row, label);
}

function sortedLogits(logits: LogitRows, row: number): number[] {
  return rankingOf(logits, row).map(c => logitAt(logits, row, c));
}

const at = (values: readonly number[], index: number): number => values[index] ?? Number.NaN;
