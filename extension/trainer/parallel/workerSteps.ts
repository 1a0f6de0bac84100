import type { Config } from '../../contract/config';
import type { EngineName } from '../engine/engine';
import type { Model } from '../models/model';
import { disposeTensors, type TensorMap } from '../models/tensorMap';
import { parameterSpecs, statisticSpecs } from '../models/tensorSpecs';
import type { StepRequest, Steps, TakenStep } from '../run/steps';
import { isPerturbed, perturbationAlong } from '../step/awp';
import { type Recipe, recipeOf } from '../step/recipe';
import { type Descent, stateAfter, type TrainingState } from '../step/trainingStep';
import { meanFigures } from './meanFigures';
import { evenParts, weightsOf } from './parts';
import { createStepMemory, readMap, type StepMemory, writeTensors } from './stepMemory';
import { WorkerTeam } from './workerTeam';

export interface WorkerPlan {
  readonly config: Config;
  readonly model: Model;
  /** Images of every batch. */
  readonly batchSize: number;
  /** At most `batchSize`. */
  readonly workers: number;
  readonly engine: EngineName;
  /** Threads of each worker. */
  readonly threads: number;
}

/**
 * Steps whose batches are divided among worker threads, each with an engine of its own. Weights, momenta and optimizer stay with the
 * caller's engine: for each step the workers are given the weights, and give the gradients of the whole batch back.
 * Only batch norm sees that the batch is divided, unless it is synchronised: each worker normalises its part by itself, and the
 * running statistics are the first one's, as in PyTorch's DataParallel.
 *
 * Throws `EngineUnavailable` where a worker cannot start.
 */
export async function startWorkerSteps(plan: WorkerPlan): Promise<Steps> {
  const { config, model, batchSize, workers, engine, threads } = plan;
  const { inputShape, classes } = model;
  const parts = evenParts(batchSize, workers);
  const memory = createStepMemory(model, batchSize, workers, { perturbed: config.awp.gamma > 0 });
  const team = await WorkerTeam.start(
    parts.map((_, worker) => ({ config, engine, threads, inputShape, classes, memory, parts, worker })),
  );
  const weights = weightsOf(parts);
  const recipe = recipeOf(config, model);
  return {
    device: `${workers} workers, each ${team.device}`,
    take: async (state, request) => {
      hand(memory, state, request);
      const { step, awpGamma } = request;
      const replies = await team.takeStep({ step, awpGamma });
      const found = takeBack(memory, { ...recipe, awpGamma }, state);
      const { perturbation, gradients } = found;
      const next = stateAfter({ ...recipe, awpGamma }, state, found, request.sgd);
      return {
        state: next,
        gradients,
        statisticsUpdates: replies[0]?.statisticsUpdates ?? 0,
        figures: async () =>
          meanFigures(
            replies.map(({ figures }) => figures),
            weights,
          ),
        dispose: () => {
          disposeTensors(gradients);
          if (perturbation) disposeTensors(perturbation);
        },
      } satisfies TakenStep;
    },
    close: () => team.close(),
  };
}

function hand(memory: StepMemory, state: TrainingState, { batch }: StepRequest): void {
  new Float32Array(memory.images).set(batch.images);
  new Int32Array(memory.labels).set(batch.labels);
  writeTensors(memory.parameters, state.parameters.values());
  writeTensors(memory.statistics, state.statistics.values());
}

/** What the workers found, on the caller's engine. */
function takeBack(memory: StepMemory, { model, awpGamma }: Recipe, { parameters }: TrainingState): Descent {
  const specs = parameterSpecs(model);
  const { gradients, ascent } = memory.quantities;
  const perturbation = awpGamma > 0 ? perturbationOf(ascent.ofBatch, model, parameters) : undefined;
  return {
    gradients: readMap(gradients.ofBatch, specs),
    statistics: readMap(memory.nextStatistics, statisticSpecs(model)),
    ...(perturbation ? { perturbation } : {}),
  };
}

function perturbationOf(ascent: SharedArrayBuffer, model: Model, parameters: TensorMap): TensorMap {
  const gradient = readMap(ascent, parameterSpecs(model).filter(isPerturbed));
  const perturbation = perturbationAlong(gradient, parameters);
  disposeTensors(gradient);
  return perturbation;
}
