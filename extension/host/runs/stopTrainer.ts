import type { TrainerControl } from '../../contract/control';
import type { ProcessIdentity } from '../../contract/processIdentity';
import { askToEnd, endsWithin, killLeftovers, killTree } from './processTree';

export interface Patience {
  /** How long the current step and the checkpoint may take. */
  readonly orderly: number;
  /** How long the process may take after SIGTERM when it has not answered. */
  readonly afterSignal: number;
}

const leastPatience = 30_000;

/** Milliseconds to wait for a run whose step takes so many seconds: a slow step is no reason to lose what was trained. */
export function patienceFor(secondsPerStep: number): Patience {
  return { orderly: Math.max(leastPatience, 5000 * secondsPerStep), afterSignal: 10_000 };
}

/**
 * Ends a trainer and everything it has started: asks it to save and leave, then signals, then kills.
 * @returns `killed` when it did not leave by itself: what it trained since the last checkpoint is lost
 */
export async function stopTrainer(
  trainer: ProcessIdentity,
  control: TrainerControl | undefined,
  patience: Patience,
): Promise<'stopped' | 'killed'> {
  if (control) void control.stop().catch(() => undefined);
  else askToEnd(trainer);
  let left = await endsWithin(trainer, patience.orderly);
  if (!left && control) {
    askToEnd(trainer);
    left = await endsWithin(trainer, patience.afterSignal);
  }
  if (left) {
    killLeftovers(trainer.pid);
    return 'stopped';
  }
  await killTree(trainer.pid);
  await endsWithin(trainer, patience.afterSignal);
  return 'killed';
}
