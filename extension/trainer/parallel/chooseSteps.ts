import { type Engine, type EngineName, EngineUnavailable } from '../engine/engine';
import { physicalCores } from '../engine/simd/cores';
import { type Steps, stepsOnEngine } from '../run/steps';
import type { Workload } from '../run/workload';
import { startWorkerSteps } from './workerSteps';

/** A GPU is one device, and TensorFlow uses all cores by itself. */
export const enginesOfWorkers: readonly EngineName[] = ['simd', 'wasm', 'cpu'];

/**
 * Who takes the steps: the engine itself, or as many workers as the config says, each with an engine of this kind. Never more
 * workers than images in a batch, which always has `batchSize` of them. Throws `EngineUnavailable`.
 */
export async function chooseSteps(
  { config, model, recipe, key }: Pick<Workload, 'config' | 'model' | 'recipe' | 'key'>,
  batchSize: number,
  engine: Engine,
): Promise<Steps> {
  const workers = Math.min(config.compute.workers, batchSize);
  if (workers === 1) return stepsOnEngine(recipe, key);
  if (!enginesOfWorkers.includes(engine.name)) {
    throw new EngineUnavailable(
      `the ${engine.name} engine cannot be shared among workers`,
      `Set compute.workers to 1, or compute.engine to one of ${enginesOfWorkers.join(', ')}.`,
    );
  }
  const threads = config.compute.threads ?? Math.max(1, Math.floor(physicalCores() / workers));
  return startWorkerSteps({ config, model, batchSize, workers, engine: engine.name, threads });
}
