import { neg, Sign, step, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { replaceKernel } from './replaceKernel';

/**
 * The stock WebAssembly kernel calls every number below about 1e-7 zero, which an attack's gradient often is.
 * sign x = step(x) - step(-x) is exact.
 */
export function registerSign(): void {
  replaceKernel<{ readonly x: Tensor }, object>(Sign, ({ inputs: { x } }) =>
    tidy(() => sub(step(x), step(neg(x)))),
  );
}
