import type { RunEvent } from './events';

/**
 * What the editor may ask of a running trainer, as JSON-RPC requests named after these methods. The trainer listens on a
 * socket (a named pipe on Windows) whose address is `control` in `run.json`.
 */
export interface TrainerControl {
  /** From now on this connection gets `TrainerNotices`. The events before that are in the first bytes of `metrics.jsonl`. */
  subscribe(): Promise<Subscription>;
  /** Stands still between two steps, or two batches of an evaluation, until `resume`; answered when it does. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Saves a checkpoint and ends, as SIGTERM does. Answered when the checkpoint is on disk. */
  stop(): Promise<void>;
  /** Saves the checkpoint `last` after the current step. Answered when it is on disk. */
  checkpoint(): Promise<void>;
}

export const controlMethods = ['subscribe', 'pause', 'resume', 'stop', 'checkpoint'] as const;

export interface Subscription {
  /** Bytes of `metrics.jsonl` that hold every event told before the first notice: no gap, nothing twice. */
  readonly metricsBytes: number;
  /** It stands still, or will after the current step. */
  readonly paused: boolean;
}

/** What the trainer tells a window, as JSON-RPC notifications; its events at most five times a second. */
export interface TrainerNotices {
  /**
   * @param metricsBytes bytes of `metrics.jsonl` that hold these events and all before them, once they are written: within
   * 100 ms, unless the process is killed
   */
  events(batch: readonly RunEvent[], metricsBytes: number): void;
  paused(isPaused: boolean): void;
  /** The only request among them: the run has ended. Once it is answered all that was told has been taken, and the trainer hangs up. */
  ended(): Promise<void>;
}

/** Sent over the IPC channel any number of times before the announcement, while a folder of images is decoded. */
export interface Preparation {
  readonly decoded: number;
  /** Of how many. */
  readonly images: number;
}

/** Sent once over the IPC channel of a trainer that was spawned with one, when its run can be found and controlled. */
export interface Announcement {
  /** Absolute path. */
  readonly runFolder: string;
  readonly engine: string;
  readonly device: string;
}
