import type { EvaluationWarning } from '../../contract/evaluation';

/** What is known of one attack so far. */
export interface StageRecord {
  attacked: number;
  broken: number;
  seconds: number;
  zeroGradients: number;
}

/** Where an evaluation stands after a batch: all that it needs to go on. */
export interface EvaluationState {
  /** Images in a batch, so that a resumed evaluation cuts the same batches. */
  readonly batchSize: number;
  phase: 'clean' | 'checks' | 'attacks';
  /** Attack and pass at work. */
  stage: number;
  pass: number;
  /** First position that the phase or pass has not dealt with. */
  next: number;
  /** Of every example, the classes by falling clean logit, as many as attacks target and one more. */
  readonly ranking: number[][];
  /** Fates of all examples, one list a chain: see `AttackChain`. */
  readonly fates: number[][];
  readonly stages: StageRecord[];
  /** Whether all clean outputs so far are probabilities. */
  outputsAreProbabilities: boolean;
  readonly warnings: EvaluationWarning[];
  /** Most units that all attacks could need when they began. */
  plannedUnits: number;
  seconds: number;
}

export const fates = { misclassified: -1, robust: 0 } as const;

export function freshState(examples: number, chains: number, batchSize: number): EvaluationState {
  return {
    batchSize,
    phase: 'clean',
    stage: 0,
    pass: 0,
    next: 0,
    ranking: [],
    fates: Array.from({ length: chains }, () => new Array<number>(examples).fill(fates.robust)),
    stages: [],
    outputsAreProbabilities: true,
    warnings: [],
    plannedUnits: 0,
    seconds: 0,
  };
}

/** Positions of the chain's robust examples, from `from` on. */
export function robustPositions(chain: readonly number[], from = 0): number[] {
  const positions: number[] = [];
  for (let position = from; position < chain.length; position++) {
    if (chain[position] === fates.robust) positions.push(position);
  }
  return positions;
}

/** Positions that are robust in every chain: the pointwise worst case. */
export function worstCasePositions({ fates: chains }: EvaluationState): number[] {
  const [first = []] = chains;
  return robustPositions(first).filter(position => chains.every(chain => chain[position] === fates.robust));
}

/** Whether a value that was read from disk can be gone on from, for so many examples, chains and attacks. */
export function isState(
  value: unknown,
  examples: number,
  chains: number,
  stages: number,
): value is EvaluationState {
  if (typeof value !== 'object' || value === null) return false;
  const state = value as Partial<Record<keyof EvaluationState, unknown>>;
  const isCount = (number: unknown, most: number) =>
    Number.isInteger(number) && (number as number) >= 0 && (number as number) <= most;
  return (
    isCount(state.batchSize, Number.MAX_SAFE_INTEGER) &&
    ['clean', 'checks', 'attacks'].includes(String(state.phase)) &&
    isCount(state.stage, stages) &&
    isCount(state.pass, Number.MAX_SAFE_INTEGER) &&
    isCount(state.next, examples) &&
    Array.isArray(state.ranking) &&
    (state.phase === 'clean' || state.ranking.length === examples) &&
    Array.isArray(state.fates) &&
    state.fates.length === chains &&
    state.fates.every(list => Array.isArray(list) && list.length === examples) &&
    Array.isArray(state.stages) &&
    Array.isArray(state.warnings) &&
    typeof state.outputsAreProbabilities === 'boolean' &&
    typeof state.plannedUnits === 'number' &&
    typeof state.seconds === 'number'
  );
}
