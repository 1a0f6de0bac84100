import { registerGradient, sum, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { rowsOf } from './biasRelu';
import { hasKernel, runKernel } from './fusedKernel';

/** x, bias -> largest of 2 x 2 of max(x + bias, 0). */
export const BiasReluPool = 'BiasReluPool';
/** dy, x, y -> dx. */
export const BiasReluPoolGradient = 'BiasReluPoolGradient';

/**
 * Bias, ReLU and a maximum over windows of 2 x 2 beside each other, of x [batch, height, width, channels]; an odd last row or
 * column is dropped. Undefined where the engine has no such kernel.
 */
export function biasReluPool(x: Tensor4D, bias: Tensor1D): Tensor4D | undefined {
  return hasKernel(BiasReluPool) ? (runKernel(BiasReluPool, { x, bias }) as Tensor4D) : undefined;
}

/** The bias's gradient is that of all numbers of x together, since only the largest of a window has one. */
registerGradient({
  kernelName: BiasReluPool,
  inputsToSave: ['x'],
  outputsToSave: [true],
  gradFunc: (dys, saved) => {
    const dy = dys as Tensor;
    const [x, y] = saved as [Tensor, Tensor];
    const dx = runKernel(BiasReluPoolGradient, { dy, x, y });
    return { x: () => dx, bias: () => sum(rowsOf(dx), 0) };
  },
});
