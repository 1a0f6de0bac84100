import {
  getKernel,
  type KernelConfig,
  type KernelFunc,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
  util,
} from '@tensorflow/tfjs-core';
import type { GpuBackend } from './backend';
import type { Shader } from './shader';

/** TensorFlow.js's name of the backend. */
export const backendName = 'webgpu';

export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: GpuBackend;
}

type Result = TensorInfo | TensorInfo[];

export interface GpuKernel {
  readonly kernelName: string;
  readonly kernelFunc: KernelFunc;
}

/**
 * A kernel under the name by which TensorFlow.js asks for it. Where it returns undefined, TensorFlow.js's own kernel of that
 * name does the work.
 */
export function kernel<Inputs, Attributes = unknown>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>) => Result | undefined,
): GpuKernel {
  const kernelFunc: KernelFunc = args => {
    const result = run(args as unknown as KernelCall<Inputs, Attributes>);
    if (result) return result;
    const stock = replaced.get(kernelName);
    if (!stock) throw new Error(`the webgpu engine has no kernel ${kernelName} for this`);
    return stock.kernelFunc(args);
  };
  return { kernelName, kernelFunc };
}

const replaced = new Map<string, KernelConfig>();

/** Puts the kernel in the place of TensorFlow.js's own of that name, if there is one. */
export function replaceKernel({ kernelName, kernelFunc }: GpuKernel): void {
  const stock = getKernel(kernelName, backendName);
  if (stock?.kernelFunc === kernelFunc) return;
  if (stock) {
    replaced.set(kernelName, stock);
    unregisterKernel(kernelName, backendName);
  }
  registerKernel({ ...stock, kernelName, backendName, kernelFunc });
}

/** Numbers of a tensor. */
export const sizeOf = ({ shape }: Pick<TensorInfo, 'shape'>): number => util.sizeFromShape([...shape]);

const shaders = new Map<string, Shader>();

/** The shader of this key, made once. `key`: everything that its code depends on. */
export function shaderFor(key: string, make: () => Shader): Shader {
  let shader = shaders.get(key);
  if (!shader) {
    shader = make();
    shaders.set(key, shader);
  }
  return shader;
}
