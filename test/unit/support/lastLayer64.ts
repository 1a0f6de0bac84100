import {
  at,
  average,
  dot,
  kl64,
  logSoftmax64,
  type Matrix,
  range,
  softmax64,
  total,
  type Vector,
} from './float64';

/**
 * R(v) as the C x C matrix of its definition: 1 - kappa on the diagonal, kappa v_j / sum_{k != i} v_k beside it, with v
 * shifted to a least element of 0 and scaled to sum 1; even mass where that is undefined. kappa = 1 - 2 / C.
 */
export function literalTargets(v: Vector): number[][] {
  const classes = v.length;
  const kappa = 1 - 2 / classes;
  const shifted = v.map(value => value - Math.min(...v));
  const sum = total(shifted);
  const scaled = shifted.map(value => (sum > 0 ? value / sum : 0));
  return range(classes).map(i => {
    const others = total(scaled.filter((_, k) => k !== i));
    return range(classes).map(j => {
      if (i === j) return 1 - kappa;
      return others > 0 ? (kappa * at(scaled, j)) / others : kappa / (classes - 1);
    });
  });
}

/** sum_j G_cj of the gradient of the batch's mean cross-entropy with respect to the last layer's weights. */
export function literalGradientSums(logits: Matrix, features: Matrix, labels: readonly number[]): number[] {
  const p = logits.map(softmax64);
  return range(at(logits, 0).length).map(c =>
    total(
      range(at(features, 0).length).map(j =>
        average(p.map((row, i) => (at(row, c) - (at(labels, i) === c ? 1 : 0)) * at(at(features, i), j))),
      ),
    ),
  );
}

export interface Side {
  readonly logits: Matrix;
  readonly features: Matrix;
}

/** The four soft targets, rows picked by label, named by the branch that they meet. */
export function literalBatchTargets(
  natural: Side,
  adversarial: Side,
  labels: readonly number[],
  secondTargets: 'reference' | 'symmetric',
) {
  const nat = literalGradientSums(natural.logits, natural.features, labels);
  const adv = literalGradientSums(adversarial.logits, adversarial.features, labels);
  const gap = (measure: (value: number) => number) =>
    nat.map((value, c) => measure(value) - measure(at(adv, c)));
  const first = gap(Math.abs);
  const second = gap(value => value ** 2);
  const negated = (v: Vector) => v.map(value => -value);
  const pick = (v: Vector) => labels.map(label => at(literalTargets(v), label));
  return {
    firstAdversarial: pick(first),
    firstNatural: pick(negated(first)),
    secondAdversarial: pick(secondTargets === 'reference' ? negated(second) : second),
    secondNatural: pick(negated(second)),
  };
}

export type Targets64 = ReturnType<typeof literalBatchTargets>;

const meanKl = (targets: Matrix, logits: Matrix): number =>
  average(targets.map((row, i) => kl64(row, logSoftmax64(at(logits, i)))));

/** T1 and T2 with given targets. */
export function literalTerms(natural: Matrix, adversarial: Matrix, targets: Targets64) {
  return {
    first: 0.5 * (meanKl(targets.firstAdversarial, adversarial) + meanKl(targets.firstNatural, natural)),
    second: 0.5 * (meanKl(targets.secondAdversarial, adversarial) + meanKl(targets.secondNatural, natural)),
  };
}

/** features W + b: the last layer. `weights`: [features, classes]. */
export const lastLayer64 = (features: Matrix, weights: Matrix, bias: Vector): number[][] =>
  features.map(row =>
    bias.map(
      (offset, c) =>
        offset +
        dot(
          row,
          weights.map(line => at(line, c)),
        ),
    ),
  );
