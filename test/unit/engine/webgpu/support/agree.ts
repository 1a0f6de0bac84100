import assert from 'node:assert/strict';
import { setBackend, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { integers, uniforms } from '../../../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../../../extension/trainer/random/key';

const key = derive(rootKey(2026), 'webgpu');

/** Uniform in [-1, 1), the same for the same purpose. */
export function drawn(shape: readonly number[], purpose: string): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return tensor(
    uniforms(derive(key, purpose), count).map(value => 2 * value - 1),
    [...shape],
  );
}

/** Numbers in [least, least + count), the same for the same purpose. */
export const whole = (purpose: string, how: number, least: number, count: number): number[] =>
  Array.from(integers(derive(key, purpose), how, count), value => value + least);

/** Largest difference in proportion to the largest right number. */
export function relativeError(found: ArrayLike<number>, right: ArrayLike<number>): number {
  let difference = 0;
  let largest = 1e-30;
  for (let i = 0; i < right.length; i++) {
    const gap = Math.abs((found[i] ?? Number.NaN) - (right[i] ?? Number.NaN));
    difference = gap > difference || Number.isNaN(gap) ? gap : difference;
    largest = Math.max(largest, Math.abs(right[i] ?? Number.NaN));
  }
  return found.length === right.length ? difference / largest : Number.NaN;
}

async function resultsOn(backend: string, compute: () => Tensor[]) {
  await setBackend(backend);
  const results = tidy(compute);
  const found = [];
  for (const result of results) found.push({ shape: result.shape, values: await result.data() });
  for (const result of results) result.dispose();
  return found;
}

/** Fails unless the computation gives the same on webgpu as in plain JavaScript, to rounding. @returns the worst error */
export async function agree(what: string, compute: () => Tensor[], tolerance = 1e-5): Promise<number> {
  const right = await resultsOn('cpu', compute);
  const found = await resultsOn('webgpu', compute);
  assert.deepEqual(
    found.map(({ shape }) => shape),
    right.map(({ shape }) => shape),
    what,
  );
  let worst = 0;
  found.forEach(({ values }, i) => {
    const error = relativeError(values, right[i]?.values ?? []);
    assert.ok(error <= tolerance, `${what}: result ${i} is off by ${error} of the largest number`);
    worst = Math.max(worst, error);
  });
  return worst;
}
