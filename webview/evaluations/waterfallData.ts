import type { EvaluationView } from '../../extension/contract/evaluationPage';

type EvaluationFigures = EvaluationView['figures'];

/** One bar: an accuracy from 0 up, or what an attack took away. */
export interface WaterfallBar {
  readonly name: string;
  readonly kind: 'clean' | 'taken' | 'alone' | 'left';
  readonly low: number;
  readonly high: number;
  /** Accuracy after it. */
  readonly accuracy: number;
  readonly interval: readonly [low: number, high: number];
}

/**
 * From the clean accuracy, attack by attack, to the worst case. Where every attack stood alone, each has a bar of its own and
 * the worst case counts the examples that all of them left.
 */
export function waterfallBars(
  { clean, attacks, worstCase }: EvaluationFigures,
  each: boolean,
): WaterfallBar[] {
  const whole = (
    name: string,
    kind: WaterfallBar['kind'],
    { accuracy, interval }: EvaluationFigures['clean'],
  ): WaterfallBar => ({ name, kind, low: 0, high: accuracy, accuracy, interval });
  let before = clean.accuracy;
  const steps = attacks.map((figure): WaterfallBar => {
    const { name, accuracy, interval } = figure;
    if (each) return whole(name, 'alone', figure);
    const bar = { name, kind: 'taken' as const, low: accuracy, high: before, accuracy, interval };
    before = accuracy;
    return bar;
  });
  return [whole('clean', 'clean', clean), ...steps, whole('worst case', 'left', worstCase)];
}
