import type { Checkpoint } from '../checkpoint/checkpointStore';
import { countValues } from '../models/tensorMap';
import { readProgress, startOfRun } from './progress';
import { freshTensors } from './runTensors';
import { restoreTensors } from './snapshot';
import { type RunSurroundings, TrainingRun } from './trainingRun';
import type { Workload } from './workload';

/** A run from freshly drawn weights. */
export async function beginRun(workload: Workload, surroundings: RunSurroundings): Promise<TrainingRun> {
  const { stepsPerEpoch, totalSteps } = workload;
  const tensors = freshTensors(workload);
  const run = new TrainingRun(workload, surroundings, tensors, startOfRun);
  const hardware = hardwareOf(surroundings);
  const parameters = countValues(tensors.parameters);
  run.start({ type: 'started', ...hardware, parameters, stepsPerEpoch, totalSteps });
  await surroundings.folder.updateRecord({ ...hardware, totalSteps });
  return run;
}

/**
 * A run that goes on from its checkpoint `last`. Without one it was killed before its first save, and begins as it did
 * before. Throws CheckpointError when the checkpoint does not fit the config.
 */
export async function resumeRun(
  workload: Workload,
  surroundings: RunSurroundings,
  checkpoint: Checkpoint | undefined,
): Promise<TrainingRun> {
  const run = checkpoint
    ? restoredRun(workload, surroundings, checkpoint)
    : new TrainingRun(workload, surroundings, freshTensors(workload), startOfRun);
  const hardware = hardwareOf(surroundings);
  run.start({ type: 'resumed', ...hardware });
  await surroundings.folder.updateRecord({ ...hardware, totalSteps: workload.totalSteps });
  return run;
}

function restoredRun(
  workload: Workload,
  surroundings: RunSurroundings,
  { weights, optimizer = new Map(), state }: Checkpoint,
): TrainingRun {
  const { model, config } = workload;
  const tensors = restoreTensors(model, weights, optimizer, config.ema.decay > 0);
  const progress = readProgress(state);
  return new TrainingRun(workload, surroundings, tensors, progress, progress.step);
}

function hardwareOf({ engine, steps }: RunSurroundings) {
  return { engine: engine.name, device: steps.device ?? engine.device };
}
