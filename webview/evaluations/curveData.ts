import { attackListTitle, checkpointTitle, normTitle } from '../../extension/contract/evaluationNames';
import type { EvaluationView } from '../../extension/contract/evaluationPage';

export interface CurvePoint {
  readonly epsilon: number;
  readonly accuracy: number;
  readonly interval: readonly [low: number, high: number];
}

/** Accuracy against epsilon of one checkpoint under one attack. */
export interface RobustnessCurve {
  readonly label: string;
  /** By rising radius; the first is the clean accuracy, at 0. */
  readonly points: readonly CurvePoint[];
}

/** Settings that differ in their radius at most have the same key. */
function keyOf({ setting }: EvaluationView): string {
  const { checkpoint, dataset, epsilon: _varied, ...rest } = setting;
  const identity = { ...rest, checkpoint: checkpoint.sha256, dataset: dataset.sha256 };
  return JSON.stringify(Object.entries(identity).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The curves that finished evaluations give: those of the same norm, examples and data as the one looked at, each of at least
 * two radii. Of the same setting the newest counts.
 */
export function robustnessCurves(
  evaluations: readonly EvaluationView[],
  shown: EvaluationView,
): RobustnessCurve[] {
  const { norm, examples, dataset } = shown.setting;
  const groups = new Map<string, EvaluationView[]>();
  for (const evaluation of evaluations) {
    const { setting, state } = evaluation;
    const isComparable =
      state === 'finished' &&
      setting.norm === norm &&
      setting.examples.from === examples.from &&
      setting.examples.to === examples.to &&
      setting.dataset.sha256 === dataset.sha256;
    if (!isComparable) continue;
    const key = keyOf(evaluation);
    groups.set(key, [...(groups.get(key) ?? []), evaluation]);
  }
  const own = groups.get(keyOf(shown));
  const ordered = [...(own ? [own] : []), ...[...groups.values()].filter(group => group !== own)];
  return ordered.flatMap(group => {
    const [first] = group;
    const byRadius = new Map<number, EvaluationView>();
    for (const evaluation of group) {
      if (!byRadius.has(evaluation.setting.epsilon)) byRadius.set(evaluation.setting.epsilon, evaluation);
    }
    if (!first || byRadius.size < 2) return [];
    const robust = [...byRadius].sort(([a], [b]) => a - b);
    return [
      {
        label: `${attackListTitle(first.setting.attack)}, ${checkpointTitle(first.setting.checkpoint)}`,
        points: [
          { epsilon: 0, ...figureOf(first.figures.clean) },
          ...robust.map(([epsilon, { figures }]) => ({ epsilon, ...figureOf(figures.worstCase) })),
        ],
      },
    ];
  });
}

/** Of the horizontal axis. */
export function radiusAxisTitle({ setting }: EvaluationView): string {
  return `${normTitle(setting.norm)} radius of the attack, in pixel values of [0, 1]`;
}

function figureOf({ accuracy, interval }: Pick<CurvePoint, 'accuracy' | 'interval'>) {
  return { accuracy, interval };
}
