import { backend, type Tensor } from '@tensorflow/tfjs-core';

type Compute = (inputs: readonly Tensor[]) => readonly Tensor[];

/** An engine that can repeat what a computation asked of it without JavaScript's part in it. */
export interface Replaying {
  readonly recordings: {
    replayed(owner: object, key: string, inputs: readonly Tensor[], compute: Compute): Tensor[];
  };
}

/**
 * The results of a computation that is done again and again on arrays of the same shapes; not inside of a gradient. An engine
 * may record it the first time and repeat it from then on. Computations of one owner are told apart by `key` and shapes:
 * whatever else `compute` depends on must be in the key, and every tensor that it reads among the inputs.
 */
export function replayed(owner: object, key: string, inputs: readonly Tensor[], compute: Compute): Tensor[] {
  const engine = backend() as Partial<Replaying>;
  return engine.recordings ? engine.recordings.replayed(owner, key, inputs, compute) : [...compute(inputs)];
}
