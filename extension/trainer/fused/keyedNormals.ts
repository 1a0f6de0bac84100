import { normals } from '../random/draws';
import type { Key } from '../random/key';
import { hasKernel, runKernel } from './fusedKernel';

/** key0, key1, count -> [count] standard normal numbers, those of `normals` to a last bit now and then. */
export const KeyedNormals = 'KeyedNormals';

export interface KeyedNormalsAttributes {
  readonly key0: number;
  readonly key1: number;
  readonly count: number;
}

/** `count` draws from N(0, 1) of a key: by the engine where it can, for a large network has millions of weights. */
export function keyedNormals(key: Key, count: number): Float32Array {
  if (!hasKernel(KeyedNormals)) return normals(key, count);
  const [key0, key1] = key;
  const drawn = runKernel(KeyedNormals, {}, { key0, key1, count });
  const numbers = drawn.dataSync<'float32'>();
  drawn.dispose();
  return numbers;
}
