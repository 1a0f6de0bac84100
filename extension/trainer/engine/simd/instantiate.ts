import type { Kernels } from './kernelTypes';

/**
 * An instance of the kernels on the shared memory; every thread has its own. `revectorized` tells whether pairs of vectors share
 * a register: without, the 16 registers of x64 hold the sums of half a panel.
 */
export function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  revectorized: boolean,
): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort: failed } });
  const kernels = exports as unknown as Kernels;
  kernels.useHalfPanels(process.arch === 'x64' && !revectorized ? 1 : 0);
  return kernels;
}

function failed(): never {
  throw new Error('a kernel gave up');
}
