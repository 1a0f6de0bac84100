import { parentPort, workerData } from 'node:worker_threads';
import { type Tensor, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import type { Config } from '../../contract/config';
import { configuredOptions } from '../engine/configuredOptions';
import { MemoryExhausted } from '../engine/memory';
import { openEngine } from '../engine/open';
import { buildModel } from '../models/catalogue';
import { disposeTensors } from '../models/tensorMap';
import { parameterSpecs, statisticSpecs } from '../models/tensorSpecs';
import type { BatchMeans } from '../objectives/batchMeans';
import { rootKey } from '../random/key';
import { readAccuracies, readLossTerms } from '../run/stepFigures';
import { oneHotLabels } from '../step/batch';
import { type BatchPart, keyedDraws } from '../step/draws';
import { type Recipe, recipeOf } from '../step/recipe';
import { disposeGradients, stepGradients } from '../step/trainingStep';
import { Abandoned, Barrier } from './barrier';
import type { StepTask, WorkerBirth, WorkerReply } from './messages';
import { weightsOf } from './parts';
import { addUpShare, readMap, readTensors, writeTensors } from './stepMemory';

/** The life of a worker: with an engine of its own, it takes its part of step after step. */
export async function workOnSteps(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('a worker needs somebody to work for');
  const reply = (message: WorkerReply) => port.postMessage(message);
  try {
    const birth = workerData as WorkerBirth;
    const { config, engine: name, threads } = birth;
    const options = { ...configuredOptions({ ...config.compute, workers: 1, threads }), pin: false };
    const engine = await openEngine(name, options);
    const takePart = partTaker(birth);
    port.on('message', (task: StepTask) => {
      takePart(task).then(reply, (error: unknown) => reply(failed(error)));
    });
    reply({ kind: 'ready', device: engine.device });
  } catch (error) {
    reply(failed(error));
  }
}

function failed(error: unknown): WorkerReply {
  // Whoever failed first says why.
  if (error instanceof Abandoned) return { kind: 'failed', reason: '' };
  const reason = error instanceof Error ? error.message : String(error);
  const mend = error instanceof MemoryExhausted ? '. Lower batchSize' : '';
  return { kind: 'failed', reason: reason + mend };
}

function partTaker({ config, inputShape, classes, memory, parts, worker }: WorkerBirth) {
  const model = buildModel(config.model, inputShape, classes);
  const key = rootKey(config.seed);
  const [parameterList, statisticList] = [parameterSpecs(model), statisticSpecs(model)];
  const overBatch = meansOver({ memory, parts, worker });
  const recipe = { ...recipeOf(config, model), ...sharedBatchOf(config, parts, overBatch) };
  const part = parts[worker] ?? { first: 0, examples: 0 };
  const [height, width, channels] = inputShape;
  const pixels = height * width * channels;

  return async ({ step, awpGamma }: StepTask): Promise<WorkerReply> => {
    const labels = new Int32Array(memory.labels).slice(part.first, part.first + part.examples);
    const values = new Float32Array(memory.images, 4 * part.first * pixels, part.examples * pixels).slice();
    const images: Tensor4D = tensor4d(values, [part.examples, height, width, channels]);
    const oneHot = oneHotLabels(labels, classes);
    const parameters = readMap(memory.parameters, parameterList);
    const statistics = readMap(memory.statistics, statisticList);
    const draws = keyedDraws(key, step, part);
    const found = stepGradients({ ...recipe, awpGamma }, { parameters, statistics }, images, oneHot, draws, {
      overBatch,
    });
    if (worker === 0) writeTensors(memory.nextStatistics, found.statistics.values());
    const figures = {
      loss: await readLossTerms(found, recipe.beta),
      accuracy: await readAccuracies(found, labels),
    };
    images.dispose();
    oneHot.dispose();
    disposeTensors(parameters);
    disposeTensors(statistics);
    disposeGradients(found);
    return { kind: 'done', figures, statisticsUpdates: found.statisticsUpdates };
  };
}

/** How batch norm takes the statistics of the whole batch, where the config wants that. */
function sharedBatchOf(
  { compute }: Config,
  parts: readonly BatchPart[],
  overBatch: BatchMeans,
): Pick<Recipe, 'sharedBatch'> {
  if (!compute.synchroniseBatchNorm) return {};
  const examples = parts.reduce((sum, part) => sum + part.examples, 0);
  const meansOverBatch = <Means extends readonly Tensor[]>(means: Means) =>
    overBatch('batch-norm statistics', means) as Means;
  return { sharedBatch: { examples, overBatch: meansOverBatch } };
}

/** Means over the whole batch through the shared memory; every worker must ask for the same quantities in the same order. */
function meansOver({ memory, parts, worker }: Pick<WorkerBirth, 'memory' | 'parts' | 'worker'>): BatchMeans {
  const barrier = new Barrier(memory.barrier, parts.length);
  const weights = weightsOf(parts);
  return (quantity, means) => {
    const shared = memory.quantities[quantity];
    const own = shared.ofParts[worker];
    if (!own) throw new Error(`there is no worker ${worker}`);
    writeTensors(own, means);
    barrier.wait();
    addUpShare(
      shared,
      weights,
      worker,
      means.reduce((total, { size }) => total + size, 0),
    );
    barrier.wait();
    return readTensors(shared.ofBatch, means);
  };
}
