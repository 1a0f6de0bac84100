import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu/dist/backend_cpu';
import {
  findBackend,
  getKernel,
  type KernelConfig,
  type KernelFunc,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend';

/** TensorFlow.js's name of the backend. */
export const backendName = 'simd';

export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: SimdBackend;
}

/** A kernel under the name by which TensorFlow.js asks for it. */
export function kernel<Inputs, Attributes = unknown>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): KernelConfig {
  const kernelFunc: KernelFunc = args => {
    const call = args as unknown as KernelCall<Inputs, Attributes>;
    return call.backend.kernel(() => run(call));
  };
  return { kernelName, backendName, kernelFunc };
}

/** Numbers of a tensor. */
export const sizeOf = (tensor: TensorInfo): number => util.sizeFromShape(tensor.shape);

export const isFloat = ({ dtype }: TensorInfo): boolean => dtype === 'float32' || dtype === 'bool';

/**
 * TensorFlow.js's own kernel for the call, in plain JavaScript, on copies of the inputs: for what is rare or small.
 */
export function fallback<Inputs, Attributes>(
  kernelName: string,
  { inputs, attrs, backend }: KernelCall<Inputs, Attributes>,
): TensorInfo | TensorInfo[] {
  const plain = getKernel(kernelName, 'cpu');
  const cpu = findBackend('cpu') as MathBackendCPU;
  const copies: TensorInfo[] = [];
  const copyIn = (tensor: TensorInfo): TensorInfo => {
    const values = backend.readSync(tensor.dataId);
    const copy = cpu.makeTensorInfo([...tensor.shape], tensor.dtype, values);
    copies.push(copy);
    return copy;
  };
  const copyOut = (tensor: TensorInfo): TensorInfo => {
    copies.push(tensor);
    const values = cpu.readSync(tensor.dataId);
    return { ...tensor, dataId: backend.write(values, tensor.shape, tensor.dtype) };
  };
  const entries = Object.entries(inputs as Record<string, TensorInfo | undefined>);
  const copied = entries.map(([name, tensor]) => [name, tensor && copyIn(tensor)] as const);
  const call = {
    inputs: Array.isArray(inputs) ? copied.map(([, tensor]) => tensor) : Object.fromEntries(copied),
    attrs,
    backend: cpu,
  };
  const result = plain.kernelFunc(call as unknown as Parameters<KernelFunc>[0]);
  const outputs = Array.isArray(result) ? result.map(copyOut) : copyOut(result);
  for (const { dataId } of copies) cpu.disposeData(dataId, true);
  return outputs;
}
