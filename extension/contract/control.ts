import type { RunEvent } from './events';

/**
 * What the editor may ask of a running trainer, as JSON-RPC requests named after these methods. The trainer listens on a
 * socket (a named pipe on Windows) whose address is `control` in `run.json`.
 */
export interface TrainerControl {
  /** From now on this connection gets `TrainerNotices`. The events before that are in the first bytes of `metrics.jsonl`. */
  subscribe(): Promise<Subscription>;
  /** Stops between two steps until `resume`; the process stays. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Saves a checkpoint and ends, as SIGTERM does. Answered when the checkpoint is on disk. */
  stop(): Promise<void>;
  /** Saves the checkpoint `last` after the current step. Answered when it is on disk. */
  checkpoint(): Promise<void>;
}

export interface Subscription {
  /** Bytes of `metrics.jsonl` that hold every event told before the first notice: no gap, nothing twice. */
  readonly metricsBytes: number;
  readonly paused: boolean;
}

/** What the trainer tells every subscriber, as JSON-RPC notifications; at most ten messages a second. */
export interface TrainerNotices {
  events(batch: readonly RunEvent[]): void;
  paused(isPaused: boolean): void;
}
