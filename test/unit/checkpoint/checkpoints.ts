import assert from 'node:assert/strict';
import type { Checkpoint } from '../../../extension/trainer/checkpoint/checkpointStore';
import type { NamedArray } from '../../../extension/trainer/checkpoint/namedArray';

/** A checkpoint whose every part tells `mark`, so that a mixture of two shows. */
export function checkpoint(
  step: number,
  mark: number,
  parts: { optimizer: boolean } = { optimizer: true },
): Checkpoint {
  const arrays = (first: number): Map<string, NamedArray> =>
    new Map([
      ['conv1.weight', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(first, mark, mark, mark) }],
      ['bn1.running_mean', { dtype: 'F32', shape: [1], data: Float32Array.of(mark) }],
    ]);
  return {
    state: { version: 1, step, epoch: step / 4, training: { mark, bestLoss: Number.POSITIVE_INFINITY } },
    weights: arrays(1),
    ...(parts.optimizer ? { optimizer: arrays(2) } : {}),
  };
}

/** The mark of a loaded checkpoint, after making sure that all of it is there and carries the same one. */
export function markOf(loaded: Checkpoint | undefined): number | undefined {
  if (!loaded) return undefined;
  const { mark } = loaded.state.training as { mark: number };
  assert.deepEqual(
    loaded,
    checkpoint(loaded.state.step, mark, { optimizer: loaded.optimizer !== undefined }),
  );
  return mark;
}
