import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  getKernel,
  type KernelFunc,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';

export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: BackendWasm;
}

/** A kernel of ours; `stock` is the one it replaces, for the cases that it leaves alone. */
export type WasmKernel<Inputs, Attributes> = (
  call: KernelCall<Inputs, Attributes>,
  stock: () => TensorInfo,
) => TensorInfo;

/** Puts `kernel` in the place of the WebAssembly backend's own kernel of that name, if it has one. */
export function replaceKernel<Inputs, Attributes>(
  kernelName: string,
  kernel: WasmKernel<Inputs, Attributes>,
): void {
  const stock = getKernel(kernelName, 'wasm');
  const kernelFunc: KernelFunc = call =>
    kernel(call as unknown as KernelCall<Inputs, Attributes>, () => {
      if (!stock) throw new Error(`the WebAssembly backend has no kernel ${kernelName}`);
      return stock.kernelFunc(call) as TensorInfo;
    });
  if (stock) unregisterKernel(kernelName, 'wasm');
  registerKernel({ ...stock, kernelName, backendName: 'wasm', kernelFunc });
}

/**
 * The values of a float32 tensor in the WebAssembly heap. Making a tensor may move the heap, so views are taken after the
 * last tensor has been made.
 */
export function heapValues(backend: BackendWasm, tensor: TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}
