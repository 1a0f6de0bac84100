import type { Config } from '../../contract/config';
import type { EngineName } from '../engine/engine';
import type { StepFigures } from '../run/progress';
import type { BatchPart } from '../step/draws';
import type { StepMemory } from './stepMemory';

/** What a worker is born with. */
export interface WorkerBirth {
  readonly config: Config;
  /** The engine that was chosen for the run. */
  readonly engine: EngineName;
  /** Threads of its simd engine. */
  readonly threads: number;
  readonly inputShape: readonly [number, number, number];
  readonly classes: number;
  readonly memory: StepMemory;
  /** Every worker's part of a batch. */
  readonly parts: readonly BatchPart[];
  /** Which worker this is, from 0. */
  readonly worker: number;
}

/** A step to be taken on what lies in the shared memory. */
export interface StepTask {
  readonly step: number;
  readonly awpGamma: number;
}

/** A worker's figures of a step are means over its part of the batch. */
export type WorkerReply =
  | { readonly kind: 'ready'; readonly device: string }
  | { readonly kind: 'done'; readonly figures: StepFigures; readonly statisticsUpdates: number }
  | { readonly kind: 'failed'; readonly reason: string };
