import type { LossTerms } from '../../contract/events';
import type { Figures } from '../../contract/runFolder';
import { CheckpointError, type CheckpointState } from '../checkpoint/checkpointStore';

/** Sums of the step figures since the epoch began. */
export interface EpochSums {
  /** Steps that were logged. */
  readonly steps: number;
  readonly seconds: number;
  readonly loss: Readonly<Record<string, number>>;
  readonly accuracy: Readonly<Record<string, number>>;
}

/**
 * Where a run stands, apart from its tensors: plain JSON that goes into each checkpoint, so that a resumed run continues
 * its epoch's means, its choice of the best weights and its patience.
 */
export interface Progress {
  readonly step: number;
  /** Epochs whose evaluation is done. */
  readonly closedEpochs: number;
  /** Training and evaluation seconds over all sessions. */
  readonly seconds: number;
  readonly sums: EpochSums;
  readonly last?: Figures;
  readonly best?: Figures;
  /** Evaluations since the best one. */
  readonly evaluationsSinceBest: number;
  /** Updates of the running statistics: PyTorch's num_batches_tracked. */
  readonly statisticsUpdates: number;
  readonly stoppedEarly: boolean;
}

const noSums: EpochSums = { steps: 0, seconds: 0, loss: {}, accuracy: {} };

export const startOfRun: Progress = {
  step: 0,
  closedEpochs: 0,
  seconds: 0,
  sums: noSums,
  evaluationsSinceBest: 0,
  statisticsUpdates: 0,
  stoppedEarly: false,
};

/** What was read back of one training step. */
export interface StepFigures {
  readonly loss: LossTerms;
  readonly accuracy: { readonly clean?: number; readonly robust?: number };
}

/** `figures` is absent for steps that are not logged. */
export function afterStep(
  progress: Progress,
  seconds: number,
  statisticsUpdates: number,
  figures: StepFigures | undefined,
): Progress {
  const { sums } = progress;
  return {
    ...progress,
    step: progress.step + 1,
    seconds: progress.seconds + seconds,
    statisticsUpdates: progress.statisticsUpdates + statisticsUpdates,
    sums: {
      ...sums,
      seconds: sums.seconds + seconds,
      ...(figures && {
        steps: sums.steps + 1,
        loss: addTo(sums.loss, figures.loss),
        accuracy: addTo(sums.accuracy, figures.accuracy),
      }),
    },
  };
}

/** Means over the logged steps of the epoch so far. */
export function epochMeans({ sums }: Progress): {
  readonly loss: LossTerms;
  readonly cleanAccuracy?: number;
  readonly robustAccuracy?: number;
} {
  const mean = (total: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(total).map(([name, value]) => [name, value / sums.steps]));
  const { clean, robust } = mean(sums.accuracy);
  const { total = Number.NaN, zeroth = Number.NaN, natural = Number.NaN, ...others } = mean(sums.loss);
  return {
    loss: { total, zeroth, natural, ...others },
    ...(clean === undefined ? {} : { cleanAccuracy: clean }),
    ...(robust === undefined ? {} : { robustAccuracy: robust }),
  };
}

/**
 * The epoch's evaluation is done, with these validation figures if it had one. After `patience` evaluations without better
 * figures the run stops early; 0: never.
 */
export function afterEpoch(
  progress: Progress,
  seconds: number,
  figures: Figures | undefined,
  patience: number,
): Progress {
  const closed: Progress = {
    ...progress,
    closedEpochs: progress.closedEpochs + 1,
    seconds: progress.seconds + seconds,
    sums: noSums,
  };
  if (!figures) return closed;
  const better = isBetter(figures, progress.best);
  const evaluationsSinceBest = better ? 0 : progress.evaluationsSinceBest + 1;
  return {
    ...closed,
    last: figures,
    ...(better ? { best: figures } : {}),
    evaluationsSinceBest,
    stoppedEarly: patience > 0 && evaluationsSinceBest >= patience,
  };
}

/** Selection looks at held-out robust accuracy; of equals the first stays. */
export function isBetter(figures: Figures, best: Figures | undefined): boolean {
  return best === undefined || figures.robustAccuracy > best.robustAccuracy;
}

function addTo<T extends object>(sums: Readonly<Record<string, number>>, values: T): Record<string, number> {
  const result: Record<string, number> = { ...sums };
  for (const [name, value] of Object.entries(values)) result[name] = (result[name] ?? 0) + value;
  return result;
}

/** The progress that a checkpoint carries. Throws CheckpointError when it is not there. */
export function readProgress({ training, step }: CheckpointState): Progress {
  const progress = training as Partial<Progress> | null;
  const numbers = ['step', 'closedEpochs', 'seconds', 'evaluationsSinceBest', 'statisticsUpdates'] as const;
  const complete =
    typeof progress === 'object' &&
    progress !== null &&
    numbers.every(name => typeof progress[name] === 'number') &&
    typeof progress.sums === 'object' &&
    progress.step === step;
  if (!complete) {
    throw new CheckpointError(
      'checkpoints/last.state.json: "training" does not hold the progress of a run. Its weights can still be used; ' +
        'start a new run to train.',
    );
  }
  return progress as Progress;
}
