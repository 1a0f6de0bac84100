import { batchesOf } from '../data/batches';
import { measureRobustAccuracy } from '../evaluation/robustAccuracy';
import { sharpnessEvaluations } from '../landscape/expectedSharpness';
import { disposeState, type TrainingState } from '../step/trainingStep';
import { settledSeconds } from './settledTime';
import type { Steps } from './steps';
import { TrainingBatches } from './trainingBatches';
import { freshState, type Workload } from './workload';

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

/** The first twenty to thirty steps are slower than the rest; evaluation is warmer when its turn comes. */
const stepPatience = { seconds: 8, leastTurns: 5 };
const passPatience = { seconds: 2, leastTurns: 2, mostTurns: 20 };

/**
 * Takes the first steps of the run and evaluates one batch, with the run's images, then throws all of it away. Measurements that
 * differ in passes alone are derived from that batch: a backward pass to the images counts as a forward one.
 */
export async function estimateRun(workload: Workload, steps: Steps): Promise<RunEstimate> {
  const { config, totalSteps, validation, test, sharpness } = workload;
  const { taken, state } = await takeSteps(workload, steps);
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

/** Seconds a step, and the state that the steps lead to. AWP counts as if its warm-up were over. */
async function takeSteps(
  workload: Workload,
  steps: Steps,
): Promise<{ readonly taken: number; readonly state: TrainingState }> {
  const { config, recipe, totalSteps } = workload;
  const { awpGamma } = recipe;
  const batches = new TrainingBatches(workload);
  let state = freshState(workload);
  const takeStep = async (step: number) => {
    const next = await steps.take(state, { step, batch: batches.of(step), sgd: config.optimizer, awpGamma });
    await next.figures();
    disposeState(state);
    state = next.state;
    next.dispose();
  };
  const taken = await settledSeconds(takeStep, { ...stepPatience, mostTurns: totalSteps });
  return { taken, state };
}

/** Of one image, from evaluations of the first validation batch. */
async function secondsPerImagePass(
  { config, dataset, model, validation, train, key }: Workload,
  { parameters, statistics }: TrainingState,
): Promise<number> {
  const [batch = train.subarray(0, 1)] = batchesOf(validation, config.batchSize);
  const { threat, batchSize, evaluation } = config;
  const pgd = { ...evaluation, steps: Math.min(evaluation.steps, 5) };
  const judged = { model, parameters, statistics };
  const evaluate = async () => {
    await measureRobustAccuracy(judged, dataset.train, batch, batchSize, threat, pgd, key, async () => {});
  };
  return (await settledSeconds(evaluate, passPatience)) / (batch.length * evaluationPasses(pgd));
}
