import assert from 'node:assert/strict';
import type { SimdMachine } from '../../../../../extension/trainer/engine/simd/machine';
import { normals } from '../../../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../../../extension/trainer/random/key';

/** Numbers on each side of a guarded buffer that no kernel may write, and whose NaN must not reach a result. */
const guard = 64;

/** A buffer between guards full of NaN. */
export interface Guarded {
  readonly address: number;
  readonly values: Float32Array;
  /** Fails if a kernel wrote outside the buffer. */
  check(): void;
  release(): void;
}

/** `values` (or as many NaN as `count` says: a result to be) in memory of the machine, between guards. */
export function guarded(machine: SimdMachine, content: Float32Array | number): Guarded {
  const count = typeof content === 'number' ? content : content.length;
  const whole = machine.allocate(4 * (count + 2 * guard));
  const all = machine.floats(whole, count + 2 * guard).fill(Number.NaN);
  const values = all.subarray(guard, guard + count);
  if (typeof content !== 'number') values.set(content);
  return {
    address: whole + 4 * guard,
    values,
    check() {
      const outside = [...all.subarray(0, guard), ...all.subarray(guard + count)];
      assert.ok(outside.every(Number.isNaN), 'a kernel wrote outside its buffer');
    },
    release: () => machine.release(whole),
  };
}

/** Fills all memory that no buffer holds with NaN: what a kernel reads before writing it reaches the result. */
export function poison(machine: SimdMachine): void {
  const address = machine.allocate(poisonedBytes);
  // The view ends where the memory does.
  machine.floats(address, mostNumbers).fill(Number.NaN);
  machine.release(address);
}

const poisonedBytes = 48 << 20;
const mostNumbers = 2 ** 30;

/** Standard normal numbers, the same in every run. */
export function randomValues(count: number, purpose: string): Float32Array {
  return Float32Array.from(normals(derive(rootKey(1), purpose), count));
}

/** The largest difference between the two, relative to the largest expected number. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.equal(found.length, expected.length);
  let error = 0;
  let scale = Number.MIN_VALUE;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((found[i] ?? Number.NaN) - (expected[i] ?? 0));
    if (!(difference <= error)) error = difference;
    if (Number.isNaN(error)) return Number.NaN;
    scale = Math.max(scale, Math.abs(expected[i] ?? 0));
  }
  return error / scale;
}
