import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { GpuBackend } from '../backend';
import { eachIndex, rowOfWorkgroups } from '../elementwise';
import type { Shader } from '../shader';

const threads = 64;

export const rowConstants = { count: 'u32', classes: 'u32' } as const;

/**
 * The entry point of a program with a thread for each row `i` of arrays [batch, classes], whose first number is at `start`: classes are
 * few, and all of a row's sums stay with one thread, in the order that their formula wants.
 */
export const eachRowOfClasses = (body: string): string =>
  eachIndex(`let start = i * constants.classes;\n  let end = start + constants.classes;\n  ${body}`, threads);

/** Runs such a program. `shape`: [batch, classes]. */
export function runRows(
  backend: GpuBackend,
  program: Shader,
  shape: readonly number[],
  outputs: readonly TensorInfo[],
  inputs: readonly TensorInfo[],
): void {
  const [count = 0, classes = 0] = shape;
  if (count === 0) return;
  backend.run(program, {
    outputs,
    inputs,
    constants: { count, classes },
    workgroups: rowOfWorkgroups(count, threads),
  });
}
