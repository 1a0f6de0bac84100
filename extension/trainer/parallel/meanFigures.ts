import type { StepFigures } from '../run/progress';

type Sums = Record<string, number>;

/** Figures of a batch from those of its parts, which count by their `weights`, numbers that add up to 1. */
export function meanFigures(parts: readonly StepFigures[], weights: readonly number[]): StepFigures {
  const mean = (kind: keyof StepFigures): Sums => {
    const sums: Sums = {};
    for (const [i, figures] of parts.entries()) {
      for (const [name, value] of Object.entries<number>({ ...figures[kind] })) {
        sums[name] = (sums[name] ?? 0) + (weights[i] ?? 0) * value;
      }
    }
    return sums;
  };
  const { total = Number.NaN, zeroth = Number.NaN, natural = Number.NaN, ...terms } = mean('loss');
  return { loss: { total, zeroth, natural, ...terms }, accuracy: mean('accuracy') };
}
