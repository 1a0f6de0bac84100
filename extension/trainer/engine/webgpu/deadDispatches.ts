import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Dispatch } from './commands';

/** A dispatch with the arrays that it writes and reads, and their buffers in this order; that of the constants comes last. */
export interface RecordedDispatch {
  readonly dispatch: Dispatch;
  readonly writes: readonly TensorInfo[];
  readonly reads: readonly TensorInfo[];
  readonly buffers: readonly GPUBuffer[];
}

/**
 * Those of the dispatches, in their order, on which the results depend. The value of a loss of which only the gradient is
 * wanted goes, for one. An array is an array however often its buffer is used again, so nothing is taken for another.
 */
export function withoutDeadDispatches(
  dispatches: readonly RecordedDispatch[],
  results: readonly TensorInfo[],
): RecordedDispatch[] {
  const wanted = new Set(results.map(({ dataId }) => dataId));
  const kept: RecordedDispatch[] = [];
  for (const recorded of dispatches.toReversed()) {
    const { writes, reads } = recorded;
    if (!writes.some(({ dataId }) => wanted.has(dataId))) continue;
    for (const { dataId } of reads) wanted.add(dataId);
    kept.push(recorded);
  }
  return kept.reverse();
}
