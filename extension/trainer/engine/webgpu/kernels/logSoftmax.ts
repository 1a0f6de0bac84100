import type { TensorInfo } from '@tensorflow/tfjs-core';
import { CrossEntropyGradient } from '../../../fused/crossEntropyGradient';
import { LogSoftmaxRows, LogSoftmaxRowsGradient } from '../../../fused/logSoftmaxRows';
import type { GpuBackend } from '../backend';
import { eachIndex, rowOfWorkgroups } from '../elementwise';
import { kernel } from '../kernel';
import type { Shader } from '../shader';
import { exponential, logarithm } from './series';

/**
 * A thread a row: classes are few, and all of a row's sums stay with one thread, in the order that the formula wants. `store` sees
 * the `logProbability` of the number `at`.
 */
const eachLogProbability = (store: string): string => `${exponential}
${logarithm}
${eachIndex(
  `let start = i * constants.classes;
  var largest = start;
  for (var at = start + 1u; at < start + constants.classes; at++) { if (logits[at] > logits[largest]) { largest = at; } }
  var others = 0.0;
  for (var at = start; at < start + constants.classes; at++) {
    if (at != largest) { others += exponential(logits[at] - logits[largest]); }
  }
  let total = logarithm(1.0 + others);
  for (var at = start; at < start + constants.classes; at++) {
    let logProbability = logits[at] - logits[largest] - total;
    ${store}
  }`,
  64,
)}`;

const forward = {
  name: 'LogSoftmaxRows',
  outputs: { logProbabilities: 'f32' },
  inputs: { logits: 'f32' },
  constants: { count: 'u32', classes: 'u32' },
  code: eachLogProbability('logProbabilities[at] = logProbability;'),
} as const;

/** From the logits, so that an attack needs neither the loss nor the logarithms. */
const crossEntropyBackward = {
  name: 'CrossEntropyGradient',
  outputs: { dx: 'f32' },
  inputs: { dy: 'f32', logits: 'f32', wanted: 'f32' },
  constants: { count: 'u32', classes: 'u32' },
  code: eachLogProbability('dx[at] = (exponential(logProbability) - wanted[at]) * dy[0];'),
} as const;

const backward = {
  name: 'LogSoftmaxRowsGradient',
  outputs: { dx: 'f32' },
  inputs: { dy: 'f32', logProbabilities: 'f32' },
  constants: { count: 'u32', classes: 'u32' },
  code: `${exponential}
${eachIndex(
  `let start = i * constants.classes;
  var total = 0.0;
  for (var at = start; at < start + constants.classes; at++) { total += dy[at]; }
  for (var at = start; at < start + constants.classes; at++) { dx[at] = dy[at] - total * exponential(logProbabilities[at]); }`,
  64,
)}`,
} as const;

type Inputs<Name extends string> = Readonly<Record<Name, TensorInfo>>;

export const logSoftmaxRows = kernel<Inputs<'logits'>>(LogSoftmaxRows, ({ inputs: { logits }, backend }) =>
  eachRow(backend, forward, logits.shape, [logits]),
);

export const logSoftmaxRowsGradient = kernel<Inputs<'dy' | 'logProbabilities'>>(
  LogSoftmaxRowsGradient,
  ({ inputs: { dy, logProbabilities }, backend }) =>
    eachRow(backend, backward, dy.shape, [dy, logProbabilities]),
);

export const crossEntropyGradient = kernel<Inputs<'dy' | 'logits' | 'target'>>(
  CrossEntropyGradient,
  ({ inputs: { dy, logits, target }, backend }) =>
    eachRow(backend, crossEntropyBackward, logits.shape, [dy, logits, target]),
);

function eachRow(
  backend: GpuBackend,
  program: Shader,
  shape: readonly number[],
  inputs: readonly TensorInfo[],
): TensorInfo {
  const [count = 0, classes = 0] = shape;
  const result = backend.output(shape);
  backend.run(program, {
    outputs: [result],
    inputs,
    constants: { count, classes },
    workgroups: rowOfWorkgroups(count, 64),
  });
  return result;
}
