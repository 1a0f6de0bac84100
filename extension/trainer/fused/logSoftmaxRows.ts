import { registerGradient, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './fusedKernel';

/** logits -> their log-softmax along classes. */
export const LogSoftmaxRows = 'LogSoftmaxRows';
/** dy, logProbabilities -> dx. */
export const LogSoftmaxRowsGradient = 'LogSoftmaxRowsGradient';

/** [batch, classes] -> [batch, classes], in nats, as `objectives/logSoftmax.ts` sums it. Undefined where the engine has no such kernel. */
export function logSoftmaxRows(logits: Tensor2D): Tensor2D | undefined {
  return hasKernel(LogSoftmaxRows) ? (runKernel(LogSoftmaxRows, { logits }) as Tensor2D) : undefined;
}

registerGradient({
  kernelName: LogSoftmaxRows,
  inputsToSave: [],
  outputsToSave: [true],
  gradFunc: (dys, saved) => {
    const dy = dys as Tensor;
    const [logProbabilities] = saved as [Tensor];
    return { logits: () => runKernel(LogSoftmaxRowsGradient, { dy, logProbabilities }) };
  },
});
