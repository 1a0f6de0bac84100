import type { Kernels } from './kernelTypes';

/** An instance of the kernels on the shared memory; every thread has its own. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort: failed } });
  return exports as unknown as Kernels;
}

function failed(): never {
  throw new Error('a kernel gave up');
}
