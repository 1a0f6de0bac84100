import type { TensorInfo } from '@tensorflow/tfjs-core';
import { LogSoftmaxRows, LogSoftmaxRowsGradient } from '../../../fused/logSoftmaxRows';
import { eachIndex, rowOfWorkgroups } from '../elementwise';
import { kernel } from '../kernel';
import { exponential, logarithm } from './series';

/** A thread a row: classes are few, and all of a row's sums stay with one thread, in the order that the formula wants. */
const forward = {
  name: 'LogSoftmaxRows',
  outputs: { logProbabilities: 'f32' },
  inputs: { logits: 'f32' },
  constants: { count: 'u32', classes: 'u32' },
  code: `${exponential}
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
  for (var at = start; at < start + constants.classes; at++) { logProbabilities[at] = logits[at] - logits[largest] - total; }`,
  64,
)}`,
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

export const logSoftmaxRows = kernel<Inputs<'logits'>>(LogSoftmaxRows, ({ inputs: { logits }, backend }) => {
  const [count = 0, classes = 0] = logits.shape;
  const result = backend.output(logits.shape);
  const call = { constants: { count, classes }, workgroups: rowOfWorkgroups(count, 64) };
  backend.run(forward, { ...call, outputs: [result], inputs: [logits] });
  return result;
});

export const logSoftmaxRowsGradient = kernel<Inputs<'dy' | 'logProbabilities'>>(
  LogSoftmaxRowsGradient,
  ({ inputs: { dy, logProbabilities }, backend }) => {
    const [count = 0, classes = 0] = dy.shape;
    const result = backend.output(dy.shape);
    const call = { constants: { count, classes }, workgroups: rowOfWorkgroups(count, 64) };
    backend.run(backward, { ...call, outputs: [result], inputs: [dy, logProbabilities] });
    return result;
  },
);
