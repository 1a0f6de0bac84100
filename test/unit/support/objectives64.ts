import type { objectives } from '../../../extension/trainer/objectives/catalogue';
import { at, average, kl64, logSoftmax64, type Matrix, softmax64, total } from './float64';

type Labels = readonly number[];

export const crossEntropy64 = (logits: Matrix, labels: Labels): number =>
  average(logits.map((row, i) => -at(logSoftmax64(row), at(labels, i))));

/** The most likely class apart from the true one, of every row; the first of several. */
export function wrongClasses64(logits: Matrix, labels: Labels): number[] {
  return logits.map((row, i) => {
    const others = row.map((value, c) => (c === labels[i] ? Number.NEGATIVE_INFINITY : value));
    return others.indexOf(Math.max(...others));
  });
}

/**
 * Both terms of an objective as its source defines it. MART's choice of wrong classes carries no gradient: give it fixed
 * where one is taken.
 */
export function objective64(
  name: keyof typeof objectives,
  natural: Matrix,
  adversarial: Matrix,
  labels: Labels,
  wrong = wrongClasses64(adversarial, labels),
): { readonly natural: number; readonly robust?: number } {
  switch (name) {
    case 'standard':
      return { natural: crossEntropy64(natural, labels) };
    case 'pgd-at':
      return { natural: crossEntropy64(adversarial, labels) };
    case 'trades': {
      const rows = natural.map((row, i) => kl64(softmax64(row), logSoftmax64(at(adversarial, i))));
      return { natural: crossEntropy64(natural, labels), robust: average(rows) };
    }
    case 'mart':
      return {
        natural: crossEntropy64(adversarial, labels) + martMargin(adversarial, wrong),
        robust: martKl(natural, adversarial, labels),
      };
  }
}

const martMargin = (adversarial: Matrix, wrong: readonly number[]): number =>
  average(adversarial.map((row, i) => -Math.log(1.0001 - at(softmax64(row), at(wrong, i)) + 1e-12)));

function martKl(natural: Matrix, adversarial: Matrix, labels: Labels): number {
  const rows = natural.map((row, i) => {
    const [logP, q] = [logSoftmax64(row), softmax64(at(adversarial, i))];
    const kl = total(logP.map((value, c) => Math.exp(value) * (value - Math.log(at(q, c) + 1e-12))));
    return kl * (1.0000001 - Math.exp(at(logP, at(labels, i))));
  });
  return average(rows);
}
