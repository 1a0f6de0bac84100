import type { RunStatus } from '../../../contract/runFolder';
import type { RunEntry } from '../store/runEntry';

/** What the sidebar says a run is doing: its status, told apart further. */
export type RunState = RunStatus | 'paused' | 'corrupt';

/** In the order in which they ask for attention. */
export const runStates: readonly RunState[] = [
  'running',
  'paused',
  'interrupted',
  'failed',
  'stopped',
  'finished',
  'corrupt',
];

export const stateTitles: Readonly<Record<RunState, string>> = {
  running: 'Running',
  paused: 'Paused',
  interrupted: 'Interrupted',
  failed: 'Failed',
  stopped: 'Stopped',
  finished: 'Finished',
  corrupt: 'Damaged',
};

/** @param isPaused whether a live run waits between two steps: its folder does not tell */
export function stateOf(entry: RunEntry, isPaused: (runFolder: string) => boolean): RunState {
  if (entry.kind === 'corrupt') return 'corrupt';
  return entry.status === 'running' && isPaused(entry.folder) ? 'paused' : entry.status;
}

/** A trainer process writes this run. */
export function isLive(state: RunState): boolean {
  return state === 'running' || state === 'paused';
}

/** Training can go on from the run's last checkpoint. */
export function isResumable(state: RunState): boolean {
  return state === 'stopped' || state === 'interrupted' || state === 'failed';
}
