import {
  type KernelFunc,
  neg,
  registerKernel,
  Sign,
  step,
  sub,
  type Tensor,
  tidy,
  unregisterKernel,
} from '@tensorflow/tfjs-core';

/**
 * The stock WebAssembly kernel calls every number below about 1e-7 zero, which an attack's gradient often is.
 * sign x = step(x) - step(-x) is exact.
 */
export function registerSign(): void {
  unregisterKernel(Sign, 'wasm');
  const kernelFunc = ({ inputs }: { inputs: { x: Tensor } }) =>
    tidy(() => sub(step(inputs.x), step(neg(inputs.x))));
  registerKernel({ kernelName: Sign, backendName: 'wasm', kernelFunc: kernelFunc as unknown as KernelFunc });
}
