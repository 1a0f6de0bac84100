import { parseFraction } from '../../contract/config';
import type { EvaluationSetting, RobustnessEvaluation } from '../../contract/evaluation';
import { attackListTitle, radiusText } from '../../contract/evaluationNames';

/** What a person has chosen to evaluate, and how. */
export interface EvaluationChoice {
  readonly checkpoint: CheckpointChoice;
  /** Names separated by commas. */
  readonly attack: string;
  readonly norm: EvaluationSetting['norm'];
  /** One or several. */
  readonly epsilons: readonly number[];
  /** Undefined for all of the test set. */
  readonly examples?: { readonly from: number; readonly to: number };
}

export type CheckpointChoice =
  /** A file of a run's `checkpoints`, by its absolute path. Its model and dataset are the run's. */
  | { readonly file: string }
  /** Any other file, with what only a run knows by itself. `dataset`: a name such as mnist, or an absolute folder. */
  | { readonly file: string; readonly dataset: string; readonly workspace: string };

/** The trainer's arguments after `evaluate`. */
export function evaluationArguments({
  checkpoint,
  attack,
  norm,
  epsilons,
  examples,
}: EvaluationChoice): string[] {
  return [
    ...['--checkpoint', checkpoint.file],
    ...('dataset' in checkpoint
      ? ['--dataset', checkpoint.dataset, '--workspace', checkpoint.workspace]
      : []),
    ...['--attack', attack],
    ...['--norm', norm],
    ...['--epsilon', epsilons.map(radiusArgument).join(',')],
    ...(examples ? ['--examples', `${examples.from}..${examples.to}`] : []),
  ];
}

/** A fraction where that is the same number, else all digits: a config's 8/255 stays what it was. */
function radiusArgument(epsilon: number): string {
  const text = radiusText(epsilon);
  return parsedRadius(text) === epsilon ? text : String(epsilon);
}

/** What a person calls it: "AutoAttack on mnist-trades", "PGD-20 at 4 radii on mnist-trades". */
export function evaluationTitle({ attack, epsilons }: EvaluationChoice, subject: string): string {
  const radii = epsilons.length > 1 ? ` at ${epsilons.length} radii` : '';
  return `${attackListTitle(attack)}${radii} on ${subject}`;
}

/**
 * Reads "8/255, 0.1".
 * @returns what is wrong, in a sentence, where it is no list of radii
 */
export function readRadii(text: string): readonly number[] | string {
  const words = text.split(',').map(word => word.trim());
  const radii = words.map(parsedRadius);
  const wrong = words.find((_, i) => !((radii[i] ?? Number.NaN) > 0));
  if (wrong !== undefined) {
    return `"${wrong}" is no radius: expected a number above 0 or a fraction such as 8/255, several separated by commas.`;
  }
  return [...new Set(radii)].sort((a, b) => a - b);
}

function parsedRadius(text: string): number {
  if (text === '') return Number.NaN;
  try {
    return text.includes('/') ? parseFraction(text) : Number(text);
  } catch {
    return Number.NaN;
  }
}

/** Reads "0..1000": undefined where it is no range of examples. */
export function readRange(text: string): { from: number; to: number } | undefined {
  const match = /^\s*(\d{1,9})\s*\.\.\s*(\d{1,9})\s*$/.exec(text);
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  return match && from < to ? { from, to } : undefined;
}

const attackName = /^(autoattack(-plus)?|fgsm|(pgd|cw|mim)-[1-9]\d{0,4}|apgd-(ce|dlr|t)|fab(-t)?|square)$/;

/** What is wrong with a list of attacks, in a sentence. */
export function attackListProblem(text: string): string | undefined {
  const names = text.split(',').map(name => name.trim());
  const unknown = names.find(name => !attackName.test(name));
  if (unknown !== undefined) {
    return `"${unknown}" is no attack: expected autoattack, autoattack-plus, fgsm, pgd-STEPS, cw-STEPS, mim-STEPS, apgd-ce, apgd-dlr, apgd-t, fab, fab-t or square, several separated by commas.`;
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  return twice === undefined ? undefined : `${twice} is listed twice.`;
}

/** Several radii around a run's own, for a curve. Whole 255ths stay whole where they can. */
export function radiiAround(epsilon: number): number[] {
  return [0.25, 0.5, 0.75, 1, 1.5].map(factor => {
    const parts = factor * epsilon * 255;
    const isWhole = Math.abs(parts - Math.round(parts)) < 1e-9;
    return isWhole ? Math.round(parts) / 255 : Number((factor * epsilon).toPrecision(12));
  });
}

/**
 * Seconds that so many examples take by what the same attack took before on this checkpoint's run; undefined where it has never
 * been measured to its end.
 */
export function measuredSeconds(
  finished: readonly RobustnessEvaluation[],
  attack: string,
  examples: number,
): number | undefined {
  const same = finished.filter(({ status, setting }) => status === 'finished' && setting.attack === attack);
  const seconds = same.reduce((sum, result) => sum + result.seconds, 0);
  const measured = same.reduce((sum, { figures }) => sum + figures.worstCase.examples, 0);
  return measured === 0 ? undefined : (seconds / measured) * examples;
}
