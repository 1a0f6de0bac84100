import {
  type NamedTensorMap,
  registerGradient,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { hasKernel, runKernel, runKernels } from './fusedKernel';

/** p, logP, logQ -> KL(p || q) of every row. */
export const KlRows = 'KlRows';
/** dy, p, logP, logQ -> the gradients of p, logP and logQ, as if they did not depend on each other. */
export const KlRowsGradient = 'KlRowsGradient';

/** [batch, classes] each -> [batch], in nats. Undefined where the engine has no such kernel. */
export function klRows(p: Tensor2D, logP: Tensor2D, logQ: Tensor2D): Tensor1D | undefined {
  return hasKernel(KlRows) ? (runKernel(KlRows, { p, logP, logQ }) as Tensor1D) : undefined;
}

registerGradient({
  kernelName: KlRows,
  inputsToSave: ['p', 'logP', 'logQ'],
  gradFunc: (dy, saved) => {
    const [p, logP, logQ] = saved as [Tensor, Tensor, Tensor];
    const inputs: NamedTensorMap = { dy: dy as Tensor, p, logP, logQ };
    const [dp, dlogP, dlogQ] = runKernels(KlRowsGradient, inputs) as [Tensor, Tensor, Tensor];
    return { p: () => dp, logP: () => dlogP, logQ: () => dlogQ };
  },
});
