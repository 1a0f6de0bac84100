import {
  getKernel,
  type KernelBackend,
  registerKernel,
  type Tensor,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import type { Addon } from '../packageModules';

/** tfjs-node's backend, as far as kernels of ours use it. */
export interface TensorflowBackend extends KernelBackend {
  readonly binding: Addon;
  executeSingleOutput(operation: string, attributes: readonly Attribute[], inputs: TensorInfo[]): Tensor;
  executeMultipleOutputs(
    operation: string,
    attributes: readonly Attribute[],
    inputs: TensorInfo[],
    count: number,
  ): Tensor[];
}

export interface Attribute {
  readonly name: string;
  /** One of the addon's TF_ATTR numbers. */
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

/** The element type of an operation on float32, which its documentation calls T. */
export const float32 = ({ binding }: TensorflowBackend): Attribute => ({
  name: 'T',
  type: binding.TF_ATTR_TYPE,
  value: binding.TF_FLOAT,
});

export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: TensorflowBackend;
}

/** Registers a kernel of ours, in the place of tfjs-node's own of that name if it has one. */
export function putKernel<Inputs, Attributes>(
  kernelName: string,
  kernel: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): void {
  const backendName = 'tensorflow';
  if (getKernel(kernelName, backendName)) unregisterKernel(kernelName, backendName);
  registerKernel({
    kernelName,
    backendName,
    kernelFunc: call => kernel(call as unknown as KernelCall<Inputs, Attributes>),
  });
}
