import { registerGradient, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './fusedKernel';

/** x -> its mean over height and width. */
export const GlobalAveragePool = 'GlobalAveragePool';
/** dy, height, width -> dx. */
export const GlobalAveragePoolGradient = 'GlobalAveragePoolGradient';

/** [batch, height, width, channels] -> [batch, channels]. Undefined where the engine has no such kernel. */
export function globalAveragePool(x: Tensor4D): Tensor2D | undefined {
  return hasKernel(GlobalAveragePool) ? (runKernel(GlobalAveragePool, { x }) as Tensor2D) : undefined;
}

export interface PooledSize {
  readonly height: number;
  readonly width: number;
}

registerGradient({
  kernelName: GlobalAveragePool,
  inputsToSave: ['x'],
  gradFunc: (dy, saved) => {
    const [{ shape }] = saved as [Tensor4D];
    const [, height, width] = shape;
    return { x: () => runKernel(GlobalAveragePoolGradient, { dy: dy as Tensor }, { height, width }) };
  },
});
