import type { TensorInfo } from '@tensorflow/tfjs-core';
import { KlRows, KlRowsGradient } from '../../../fused/klRows';
import { kernel } from '../kernel';
import { eachRowOfClasses, rowConstants, runRows } from './rows';

const inputs = { p: 'f32', logP: 'f32', logQ: 'f32' } as const;

const forward = {
  name: 'KlRows',
  outputs: { divergences: 'f32' },
  inputs,
  constants: rowConstants,
  code: eachRowOfClasses(`var total = 0.0;
  for (var at = start; at < end; at++) { total += p[at] * (logP[at] - logQ[at]); }
  divergences[i] = total;`),
} as const;

const backward = {
  name: 'KlRowsGradient',
  outputs: { dp: 'f32', dlogP: 'f32', dlogQ: 'f32' },
  inputs: { dy: 'f32', ...inputs },
  constants: rowConstants,
  code: eachRowOfClasses(`for (var at = start; at < end; at++) {
    dp[at] = (logP[at] - logQ[at]) * dy[i];
    dlogP[at] = p[at] * dy[i];
    dlogQ[at] = -dlogP[at];
  }`),
} as const;

type Inputs<Name extends string> = Readonly<Record<Name, TensorInfo>>;

export const klRows = kernel<Inputs<'p' | 'logP' | 'logQ'>>(
  KlRows,
  ({ inputs: { p, logP, logQ }, backend }) => {
    const divergences = backend.output(p.shape.slice(0, 1));
    runRows(backend, forward, p.shape, [divergences], [p, logP, logQ]);
    return divergences;
  },
);

export const klRowsGradient = kernel<Inputs<'dy' | 'p' | 'logP' | 'logQ'>>(
  KlRowsGradient,
  ({ inputs: { dy, p, logP, logQ }, backend }) => {
    const gradients = [backend.output(p.shape), backend.output(p.shape), backend.output(p.shape)];
    runRows(backend, backward, p.shape, gradients, [dy, p, logP, logQ]);
    return gradients;
  },
);
