import { reshape, Tensor, type Tensor1D, tensor } from '@tensorflow/tfjs-core';
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

/** Random numbers, in JavaScript or where the engine made them. */
export type Draws = Float32Array | Tensor1D;

/** The numbers as a tensor. To be called inside `tidy`. */
export function drawsTensor(draws: Draws, shape: readonly number[]): Tensor {
  return draws instanceof Tensor ? reshape(draws, [...shape]) : tensor(draws, [...shape]);
}

/** `count` draws from N(0, 1) of a key: by the engine where it can, for a large network has millions of weights. */
export function keyedNormals(key: Key, count: number): Draws {
  if (!hasKernel(KeyedNormals)) return normals(key, count);
  const [key0, key1] = key;
  return runKernel(KeyedNormals, {}, { key0, key1, count }) as Tensor1D;
}
