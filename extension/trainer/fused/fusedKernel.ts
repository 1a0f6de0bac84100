import { engine, getBackend, getKernel, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Kernels of our own, registered with TensorFlow.js under names of this folder, which do in one pass over memory what would
 * take several operations. An engine may have them or not: each function of this folder falls back on a composition of ordinary
 * operations, so that models and attacks are written once.
 */
export function hasKernel(kernelName: string): boolean {
  return getKernel(kernelName, getBackend()) !== undefined;
}

type Attributes = Readonly<Record<string, number>>;

export function runKernel(kernelName: string, inputs: NamedTensorMap, attributes: Attributes = {}): Tensor {
  return engine().runKernel(kernelName, inputs, { ...attributes }) as Tensor;
}

/** The same for a kernel with several results. */
export function runKernels(
  kernelName: string,
  inputs: NamedTensorMap,
  attributes: Attributes = {},
): Tensor[] {
  return engine().runKernel(kernelName, inputs, { ...attributes }) as Tensor[];
}
