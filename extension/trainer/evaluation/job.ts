import { setImmediate } from 'node:timers/promises';
import { tensor4d } from '@tensorflow/tfjs-core';
import type { EvaluationEvent } from '../../contract/evaluation';
import type { AttackBatch } from '../attacks/attack';
import type { Threat } from '../attacks/ball';
import type { Victim } from '../attacks/victim';
import { gatherBatch } from '../data/batches';
import type { ImageSet } from '../data/dataset';
import { StopRequested } from '../run/stop';
import type { Plan } from './plan';
import type { EvaluationState } from './state';

/** An evaluation at work. */
export interface EvaluationJob {
  readonly victim: Victim;
  readonly threat: Threat;
  readonly seed: number;
  readonly set: ImageSet;
  /** Numbers of the evaluated examples in `set`. */
  readonly indices: Uint32Array;
  /** Their labels. */
  readonly labels: Int32Array;
  readonly plan: Plan;
  readonly state: EvaluationState;
  /** Called after every batch, when `state` is whole. */
  save(): Promise<void>;
  tell(event: EvaluationEvent): void;
  /** Aborted to stop: what has been saved stays. */
  readonly signal: AbortSignal;
}

/** The examples at these positions, ready to be attacked. The caller disposes of the images. */
export function batchAt({ set, indices, state }: EvaluationJob, positions: readonly number[]): AttackBatch {
  const numbers = Uint32Array.from(positions, position => indices[position] ?? 0);
  const { images, labels } = gatherBatch(set, numbers);
  return {
    indices: numbers,
    images: tensor4d(images, [positions.length, set.height, set.width, set.channels]),
    labels,
    ranking: positions.map(position => state.ranking[position] ?? []),
  };
}

/** A CPU engine computes without pause: signals are heard only where the event loop is given a turn. */
const turnEveryMilliseconds = 50;

/** Lets signals in from time to time, and throws StopRequested when a stop was asked for. */
export function makeHeed(signal: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last >= turnEveryMilliseconds) {
      await setImmediate();
      last = performance.now();
    }
    if (signal.aborted) throw new StopRequested();
  };
}
