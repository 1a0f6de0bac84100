import {
  registerGradient,
  reshape,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './fusedKernel';

/** x, bias -> max(x + bias, 0), with a bias for each channel, the last axis. */
export const BiasRelu = 'BiasRelu';
/** dy, y -> dy where y > 0, else 0. */
export const ReluGradient = 'ReluGradient';

/** max(x + bias, 0) of x [..., channels]. Undefined where the engine has no such kernel. */
export function biasRelu<T extends Tensor>(x: T, bias: Tensor1D): T | undefined {
  return hasKernel(BiasRelu) ? (runKernel(BiasRelu, { x, bias }) as T) : undefined;
}

registerGradient({
  kernelName: BiasRelu,
  inputsToSave: [],
  outputsToSave: [true],
  gradFunc: (dys, saved) => {
    const dy = dys as Tensor;
    const [y] = saved as [Tensor];
    const dx = runKernel(ReluGradient, { dy, y });
    return { x: () => dx, bias: () => sum(rowsOf(dx), 0) };
  },
});

/** [..., channels] -> [rows, channels] */
export function rowsOf(x: Tensor): Tensor2D {
  return reshape(x, [-1, x.shape.at(-1) ?? 1]);
}
