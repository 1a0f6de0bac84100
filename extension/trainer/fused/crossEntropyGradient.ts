import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './fusedKernel';

/** dy, logits, target -> (softmax(logits) - target) dy. */
export const CrossEntropyGradient = 'CrossEntropyGradient';

/**
 * The gradient of the sum over the batch of -target . log softmax(logits), times `dy`. [batch, classes] each. Undefined where the
 * engine has no such kernel.
 */
export function crossEntropyGradient(dy: Scalar, logits: Tensor2D, target: Tensor2D): Tensor2D | undefined {
  if (!hasKernel(CrossEntropyGradient)) return undefined;
  return runKernel(CrossEntropyGradient, { dy, logits, target }) as Tensor2D;
}
