/** Files of a run folder, `.rat/runs/<time>-<name>-<4 hex>/` in the workspace. The folder alone is enough to show a run. */
export const runFiles = {
  config: 'config.json',
  record: 'run.json',
  metrics: 'metrics.jsonl',
  /** The steps of `metrics.jsonl` as numbers, for quick reading: see `stepIndex.ts`. */
  steps: 'metrics.steps',
  log: 'log.txt',
  /** What the trainer's process wrote to stderr, where an editor started it. */
  stderr: 'stderr.txt',
  /** There while a process looks whether the run is free, and takes it or marks it as interrupted. */
  openingLock: 'opening.lock',
  checkpoints: 'checkpoints',
  evaluations: 'evaluations',
  landscape: 'landscape',
  examples: 'examples',
} as const;

/** Where runs live below the workspace folder. */
export const runsFolder = '.rat/runs';

export type RunStatus = 'running' | 'finished' | 'stopped' | 'interrupted' | 'failed';

export interface Figures {
  readonly step: number;
  readonly epoch: number;
  readonly cleanAccuracy: number;
  readonly robustAccuracy: number;
}

/** `run.json`: replaced atomically, never edited in place. */
export interface RunRecord {
  readonly version: 1;
  readonly id: string;
  readonly name: string;
  readonly status: RunStatus;
  /** Why it stopped or failed, in a sentence a person can act on. */
  readonly reason?: string;
  /**
   * The trainer that writes this run: its process id, and an identity of its start (on Linux the boot's id and the start
   * tick, elsewhere an ISO 8601 time). Together they tell a live process from a recycled id. Absent once it has let go.
   */
  readonly process?: { readonly pid: number; readonly startedAt: string };
  /** Address of the socket on which the trainer takes `TrainerControl` requests, while it runs. */
  readonly control?: string;
  readonly engine?: string;
  readonly device?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly step: number;
  readonly epoch: number;
  readonly totalSteps: number;
  /** Training seconds over all sessions of the run. */
  readonly seconds: number;
  /** Validation figures: the latest, and those of the best checkpoint. */
  readonly last?: Figures;
  readonly best?: Figures;
  /** Test figures of the best checkpoint, measured once, when training has ended. */
  readonly test?: Figures & { readonly attack: string; readonly examples: number };
}
