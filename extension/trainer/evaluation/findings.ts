import type { AttackFigure, EvaluationWarning } from '../../contract/evaluation';
import type { Attack } from '../attacks/attack';
import { warningOf } from './warnings';

/** An attack's figure with what the checks must know of it. */
export interface JudgedStage {
  readonly figure: AttackFigure;
  readonly kind: Attack['kind'];
  readonly note?: string;
  readonly chain: number;
}

/** Less than this is chance: 0.2 points, as in fra31/auto-attack. */
const noticeable = 0.002;

/** What the figures of all attacks, in their order, say about the evaluation itself. */
export function findingsOf(stages: readonly JudgedStage[]): EvaluationWarning[] {
  const zero = stages.filter(({ figure }) => figure.zeroGradients > 0);
  return [
    ...stages.flatMap(({ note }) => (note === undefined ? [] : [warningOf('few-classes', note)])),
    ...zero.map(({ figure }) =>
      warningOf(
        'zero-gradients',
        `${figure.name}: the first gradient of ${figure.zeroGradients} of ${figure.attacked} examples is zero in every pixel.`,
      ),
    ),
    ...stages.flatMap((stage, place) => weakerWins(stage, stages.slice(0, place), stages)),
    ...stepsThatHurt(stages),
  ];
}

/** An attack without gradients, or with one step of them, that finds what stronger ones have missed. */
function weakerWins(
  { figure, kind, chain }: JudgedStage,
  before: readonly JudgedStage[],
  all: readonly JudgedStage[],
): EvaluationWarning[] {
  if (kind === 'gradient') return [];
  const code = kind === 'black-box' ? 'black-box-beats-gradients' : 'single-step-beats-iterated';
  const rivals = (stages: readonly JudgedStage[]) => stages.filter(stage => stage.kind === 'gradient');
  const inChain = rivals(before.filter(stage => stage.chain === chain));
  const gain = figure.broken / figure.examples;
  if (inChain.length > 0 && gain > noticeable) {
    const found = `${figure.name} breaks ${figure.broken} examples (${points(gain)}) that ${listed(inChain)} left.`;
    return [warningOf(code, found)];
  }
  // Chains begin alike, so that their figures compare; an attack behind others in its chain has no figure of its own.
  if (!isFirst({ figure, chain }, all)) return [];
  const beaten = rivals(all).filter(
    rival =>
      rival.chain !== chain && isFirst(rival, all) && rival.figure.accuracy - figure.accuracy > noticeable,
  );
  if (beaten.length === 0) return [];
  const worst = Math.max(...beaten.map(rival => rival.figure.accuracy));
  const found = `${figure.name} leaves ${percent(figure.accuracy)}, ${listed(beaten)} up to ${percent(worst)}.`;
  return [warningOf(code, found)];
}

/** pgd-100 weaker than pgd-20, and the like. */
function stepsThatHurt(stages: readonly JudgedStage[]): EvaluationWarning[] {
  return stages.flatMap(few =>
    stages.flatMap(many => {
      const [a, b] = [stepsOf(few.figure.name), stepsOf(many.figure.name)];
      if (!a || !b || a.family !== b.family || a.steps >= b.steps) return [];
      const sameChain = few.chain === many.chain;
      // In one chain the later of the two shows what the earlier has missed.
      const loss = sameChain
        ? stages.indexOf(few) > stages.indexOf(many)
          ? few.figure.broken / few.figure.examples
          : 0
        : many.figure.accuracy - few.figure.accuracy;
      if (loss <= noticeable) return [];
      const found = `${few.figure.name} breaks ${points(loss)} more than ${many.figure.name} does.`;
      return [warningOf('more-steps-hurt', found)];
    }),
  );
}

function stepsOf(name: string): { readonly family: string; readonly steps: number } | undefined {
  const match = /^(?:.*\/)?(pgd|cw|mim)-(\d+)$/.exec(name);
  return match ? { family: match[1] ?? '', steps: Number(match[2]) } : undefined;
}

function isFirst(
  { figure, chain }: Pick<JudgedStage, 'figure' | 'chain'>,
  all: readonly JudgedStage[],
): boolean {
  return all.find(stage => stage.chain === chain)?.figure === figure;
}

const listed = (stages: readonly JudgedStage[]): string => stages.map(({ figure }) => figure.name).join(', ');
const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;
const points = (fraction: number): string => `${(100 * fraction).toFixed(1)} points`;
