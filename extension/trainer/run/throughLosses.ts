import { DeviceLost } from '../engine/deviceLost';
import type { TrainingRun } from './trainingRun';

/** Losses without a step of progress between them after which nothing is tried any more. */
const mostLosses = 3;

/** A run, and how to have it go on from its last checkpoint on a device that is opened again; absent where that is impossible. */
export interface Recoverable {
  readonly run: TrainingRun;
  readonly recover: (() => Promise<TrainingRun>) | undefined;
}

/**
 * Does `work` with the run. When its device is lost, the run goes on from its last checkpoint (from its beginning where there is
 * none) with a new device: what was computed since is computed again, to the same figures. Throws what `work` throws, and
 * `DeviceLost` when devices are lost again and again at one place.
 */
export async function throughLosses<Result>(
  { run, recover }: Recoverable,
  work: (run: TrainingRun) => Promise<Result>,
): Promise<Result> {
  let current = run;
  let losses = 0;
  let furthest = -1;
  for (;;) {
    try {
      return await work(current);
    } catch (error) {
      if (!(error instanceof DeviceLost) || !recover) throw error;
      const { step } = current.progress;
      losses = step > furthest ? 1 : losses + 1;
      furthest = Math.max(furthest, step);
      if (losses >= mostLosses) throw error;
      const place = `${error.message[0]?.toUpperCase()}${error.message.slice(1)}`;
      current.tell('warning', `${place}. It is opened again, and the run goes on from its last checkpoint.`);
      current.dispose();
      current = await recover();
    }
  }
}
