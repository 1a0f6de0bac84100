import { type Tensor1D, tensor1d } from '@tensorflow/tfjs-core';
import { counterOf, type Key } from '../random/key';
import { runKernel } from './fusedKernel';

/**
 * root -> [count] draws of the key that a path leads to from the root: N(0, 1), or U[0, 1) where `uniform` is 1. `parts` counters
 * lead there: word0, kind0, word1, kind1, ... Only engines that replay computations have it.
 */
export const DrawsBelow = 'DrawsBelow';

export type DrawsBelowAttributes = Readonly<Record<'count' | 'uniform' | 'parts', number>> &
  Readonly<Record<string, number>>;

/** The words of a key as a tensor [2]: an argument of a recorded computation, whose draws are others each time. */
export function keyTensor([key0, key1]: Key): Tensor1D {
  return tensor1d(Int32Array.of(key0, key1), 'int32');
}

/** What `keyedNormals` or `uniforms` gives for `derive(root, ...path)`, made by the engine. At most three parts. */
export function drawsBelow(
  root: Tensor1D,
  path: readonly (string | number)[],
  kind: 'gaussian' | 'uniform',
  count: number,
): Tensor1D {
  const attributes: Record<string, number> = {
    count,
    uniform: kind === 'uniform' ? 1 : 0,
    parts: path.length,
  };
  for (const [i, part] of path.entries()) {
    [attributes[`word${i}`], attributes[`kind${i}`]] = counterOf(part);
  }
  return runKernel(DrawsBelow, { root }, attributes) as Tensor1D;
}
