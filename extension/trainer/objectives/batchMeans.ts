import type { Tensor } from '@tensorflow/tfjs-core';

/** What of a training step depends on all examples of its batch before the step is over. */
export type BatchQuantity = 'last-layer sums' | 'batch-norm statistics' | 'ascent' | 'gradients';

/**
 * Turns means over the examples that this engine holds into means over the whole batch, which several engines may share. The
 * results are constants, in the order of `means`: no gradient flows through them.
 */
export type BatchMeans = (quantity: BatchQuantity, means: readonly Tensor[]) => readonly Tensor[];

/** One engine holds the whole batch. */
export const wholeBatch: BatchMeans = (_quantity, means) => means;
