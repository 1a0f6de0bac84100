import type { RunRecord, RunStatus } from '../../../contract/runFolder';
import type { RunMeta } from '../meta/runMeta';

/** One folder of `.rat/runs`: a run, or what is left of one. */
export type RunEntry = RunSummary | CorruptRun;

/** A run as the lists show it; `record` and `meta` are its files as they were last read. */
export interface RunSummary {
  readonly kind: 'run';
  /** Absolute path. */
  readonly folder: string;
  /** The folder's name. */
  readonly id: string;
  /** As in `run.json`, but a "running" run whose trainer is gone is "interrupted". */
  readonly status: RunStatus;
  readonly record: RunRecord;
  readonly meta: RunMeta;
}

/** A folder that cannot be read as a run. */
export interface CorruptRun {
  readonly kind: 'corrupt';
  /** Absolute path. */
  readonly folder: string;
  /** The folder's name. */
  readonly id: string;
  /** Names the file and what is wrong with it. */
  readonly reason: string;
}

/** What a person calls the run: the name given in the sidebar, else the one in its config. */
export function displayName(entry: RunEntry): string {
  return entry.kind === 'corrupt' ? entry.id : (entry.meta.displayName ?? entry.record.name);
}

/** Epochs that the run is to train, known once it has trained a step. */
export function plannedEpochs({ step, epoch, totalSteps }: RunRecord): number | undefined {
  return step > 0 && epoch > 0 ? Math.round((totalSteps * epoch) / step) : undefined;
}
