import type { TensorInfo } from '@tensorflow/tfjs-core';
import { CrossEntropyGradient } from '../../../fused/crossEntropyGradient';
import { LogSoftmaxRows, LogSoftmaxRowsGradient } from '../../../fused/logSoftmaxRows';
import { kernel } from '../kernel';
import { eachRowOfClasses, rowConstants, runRows } from './rows';
import { exponential, logarithm } from './series';

/** `store` sees the `logProbability` of the number `at`. */
const eachLogProbability = (store: string): string => `${exponential}
${logarithm}
${eachRowOfClasses(`var largest = start;
  for (var at = start + 1u; at < end; at++) { if (logits[at] > logits[largest]) { largest = at; } }
  var others = 0.0;
  for (var at = start; at < end; at++) {
    if (at != largest) { others += exponential(logits[at] - logits[largest]); }
  }
  let total = logarithm(1.0 + others);
  for (var at = start; at < end; at++) {
    let logProbability = logits[at] - logits[largest] - total;
    ${store}
  }`)}`;

const forward = {
  name: 'LogSoftmaxRows',
  outputs: { logProbabilities: 'f32' },
  inputs: { logits: 'f32' },
  constants: rowConstants,
  code: eachLogProbability('logProbabilities[at] = logProbability;'),
} as const;

/** From the logits, so that an attack needs neither the loss nor the logarithms. */
const crossEntropyBackward = {
  name: 'CrossEntropyGradient',
  outputs: { dx: 'f32' },
  inputs: { dy: 'f32', logits: 'f32', wanted: 'f32' },
  constants: rowConstants,
  code: eachLogProbability('dx[at] = (exponential(logProbability) - wanted[at]) * dy[0];'),
} as const;

const backward = {
  name: 'LogSoftmaxRowsGradient',
  outputs: { dx: 'f32' },
  inputs: { dy: 'f32', logProbabilities: 'f32' },
  constants: rowConstants,
  code: `${exponential}
${eachRowOfClasses(`var total = 0.0;
  for (var at = start; at < end; at++) { total += dy[at]; }
  for (var at = start; at < end; at++) { dx[at] = dy[at] - total * exponential(logProbabilities[at]); }`)}`,
} as const;

type Inputs<Name extends string> = Readonly<Record<Name, TensorInfo>>;

export const logSoftmaxRows = kernel<Inputs<'logits'>>(LogSoftmaxRows, ({ inputs: { logits }, backend }) => {
  const result = backend.output(logits.shape);
  runRows(backend, forward, logits.shape, [result], [logits]);
  return result;
});

export const logSoftmaxRowsGradient = kernel<Inputs<'dy' | 'logProbabilities'>>(
  LogSoftmaxRowsGradient,
  ({ inputs: { dy, logProbabilities }, backend }) => {
    const dx = backend.output(dy.shape);
    runRows(backend, backward, dy.shape, [dx], [dy, logProbabilities]);
    return dx;
  },
);

export const crossEntropyGradient = kernel<Inputs<'dy' | 'logits' | 'target'>>(
  CrossEntropyGradient,
  ({ inputs: { dy, logits, target }, backend }) => {
    const dx = backend.output(logits.shape);
    runRows(backend, crossEntropyBackward, logits.shape, [dx], [dy, logits, target]);
    return dx;
  },
);
