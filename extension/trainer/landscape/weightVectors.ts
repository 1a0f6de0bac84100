import { add, mul, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { disposeTensors, mapTensors, type TensorMap, tensorOf } from '../models/tensorMap';

/** Inner product of two vectors in weight space that have the same names. */
export async function innerProduct(a: TensorMap, b: TensorMap): Promise<number> {
  let total = 0;
  for (const [name, tensor] of a) {
    const product = tidy(() => sum(mul(tensor, tensorOf(b, name))));
    const [value = Number.NaN] = await product.data();
    product.dispose();
    total += value;
  }
  return total;
}

/** Euclidean norm over all weights. */
export async function lengthOf(vector: TensorMap): Promise<number> {
  return Math.sqrt(await innerProduct(vector, vector));
}

/** factor * a + otherFactor * b. The caller disposes of it. */
export function combined(a: TensorMap, factor: number, b: TensorMap, otherFactor: number): TensorMap {
  return mapTensors(a, (tensor, name) => add(mul(tensor, factor), mul(tensorOf(b, name), otherFactor)));
}

/** factor * a. The caller disposes of it. */
export function scaled(a: TensorMap, factor: number): TensorMap {
  return mapTensors(a, tensor => mul(tensor, factor));
}

/** A step in weight space. Weights without a direction stay. */
export interface Offset {
  readonly direction: TensorMap;
  readonly factor: number;
}

/** What `use` says of the weights moved by all offsets; the moved weights live as long as it works. */
export async function atOffset<Result>(
  weights: TensorMap,
  offsets: readonly Offset[],
  use: (moved: TensorMap) => Promise<Result>,
): Promise<Result> {
  const moved = mapTensors(weights, (weight, name) => movedWeight(weight, name, offsets));
  try {
    return await use(moved);
  } finally {
    disposeTensors(new Map([...moved].filter(([name, tensor]) => tensor !== weights.get(name))));
  }
}

function movedWeight(weight: Tensor, name: string, offsets: readonly Offset[]): Tensor {
  return offsets.reduce((at, { direction, factor }) => {
    const step = direction.get(name);
    return step ? add(at, mul(step, factor)) : at;
  }, weight);
}
