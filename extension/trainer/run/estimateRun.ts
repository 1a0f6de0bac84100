import { batchesOf, epochOrder, gatherBatch } from '../data/batches';
import { measureRobustAccuracy } from '../evaluation/robustAccuracy';
import { sharpnessEvaluations } from '../landscape/expectedSharpness';
import { derive } from '../random/key';
import { disposeState, type TrainingState } from '../step/trainingStep';
import type { Steps } from './steps';
import { freshState, type Workload } from './workload';
import { secondsSince } from './workTime';

/** What a run would take on this machine as it is now, in seconds. */
export interface RunEstimate {
  readonly steps: number;
  readonly secondsPerStep: number;
  readonly training: number;
  /** Accuracy under PGD at the ends of epochs. */
  readonly evaluation: number;
  readonly sharpness: number;
  /** The measurement on the test set at the end. */
  readonly test: number;
  readonly total: number;
}

/** The first steps compile, and the engine is faster after a while. Long steps are few, short ones fill the seconds. */
const leastSteps = 5;
const leastSeconds = 4;

/**
 * Takes a few steps of the run and evaluates one batch, with the run's images, then throws all of it away. Measurements that
 * differ in passes alone are derived from that batch: a backward pass to the images counts as a forward one.
 */
export async function estimateRun(workload: Workload, steps: Steps): Promise<RunEstimate> {
  const { config, totalSteps, validation, test, sharpness } = workload;
  const state = freshState(workload);
  const taken = await secondsPerStep(workload, steps, state);
  const secondsPerPass = await secondsPerImagePass(workload, state);
  disposeState(state);

  const { evaluation, sharpness: wanted } = config;
  const inEpochs = (every: number) => (every > 0 ? Math.ceil(config.epochs / every) : 0);
  const seconds = {
    training: totalSteps * taken,
    evaluation:
      inEpochs(evaluation.everyEpochs) * validation.length * evaluationPasses(evaluation) * secondsPerPass,
    // Clean and adversarial images, which are made once.
    sharpness:
      inEpochs(wanted.everyEpochs) *
      sharpness.length *
      (2 * evaluation.steps + 2 * sharpnessEvaluations(wanted.directions)) *
      secondsPerPass,
    test: test.length * evaluationPasses(evaluation.final) * secondsPerPass,
  };
  const total = seconds.training + seconds.evaluation + seconds.sharpness + seconds.test;
  return { steps: totalSteps, secondsPerStep: taken, ...seconds, total };
}

/** Passes an image: the clean prediction, and for each restart the attack and a prediction. */
function evaluationPasses({
  steps,
  restarts,
}: {
  readonly steps: number;
  readonly restarts: number;
}): number {
  return 1 + restarts * (2 * steps + 1);
}

/** AWP counts as if its warm-up were over. */
async function secondsPerStep(
  { config, dataset, recipe, train, key }: Workload,
  steps: Steps,
  state: TrainingState,
): Promise<number> {
  const indices = epochOrder(train, key, 0).subarray(0, config.batchSize);
  const { awpGamma } = recipe;
  const times: number[] = [];
  const first = performance.now();
  for (let step = 0; step < leastSteps || secondsSince(first) < leastSeconds; step++) {
    const start = performance.now();
    const batch = gatherBatch(dataset.train, indices, config.augmentation, derive(key, 'augmentation', 0));
    const taken = await steps.take(state, { step, batch, sgd: config.optimizer, awpGamma });
    await taken.figures();
    disposeState(taken.state);
    taken.dispose();
    times.push(secondsSince(start));
  }
  return median(times.slice(times.length >> 1));
}

/** Of one image, from an evaluation of the first validation batch; the first time compiles. */
async function secondsPerImagePass(
  { config, dataset, model, validation, train, key }: Workload,
  { parameters, statistics }: TrainingState,
): Promise<number> {
  const [batch = train.subarray(0, 1)] = batchesOf(validation, config.batchSize);
  const { threat, batchSize, evaluation } = config;
  const pgd = { ...evaluation, steps: Math.min(evaluation.steps, 5) };
  const times: number[] = [];
  for (let turn = 0; turn < 2; turn++) {
    const start = performance.now();
    const judged = { model, parameters, statistics };
    await measureRobustAccuracy(judged, dataset.train, batch, batchSize, threat, pgd, key, async () => {});
    times.push(secondsSince(start));
  }
  return Math.min(...times) / (batch.length * evaluationPasses(pgd));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
