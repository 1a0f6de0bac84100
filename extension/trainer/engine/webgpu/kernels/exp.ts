import { Exp, type TensorInfo } from '@tensorflow/tfjs-core';
import { eachIndex, rowOfWorkgroups } from '../elementwise';
import { kernel, sizeOf } from '../kernel';
import { exponential } from './series';

const program = {
  name: 'Exp',
  outputs: { y: 'f32' },
  inputs: { x: 'f32' },
  constants: { count: 'u32' },
  code: `${exponential}\n${eachIndex('y[i] = exponential(x[i]);')}`,
} as const;

/** Probabilities of their logarithms. */
export const exp = kernel<{ readonly x: TensorInfo }>(Exp, ({ inputs: { x }, backend }) => {
  if (x.dtype !== 'float32' || backend.shouldExecuteOnCPU([x])) return undefined;
  const y = backend.output(x.shape);
  const count = sizeOf(y);
  if (count > 0) {
    const call = { constants: { count }, workgroups: rowOfWorkgroups(count) };
    backend.run(program, { ...call, outputs: [y], inputs: [x] });
  }
  return y;
});
