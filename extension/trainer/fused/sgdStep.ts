import type { Tensor } from '@tensorflow/tfjs-core';
import { hasKernel, runKernels } from './fusedKernel';

/** weight, gradient, momentum -> [next weight, next momentum] of one parameter. */
export const SgdStep = 'SgdStep';

export interface SgdStepAttributes {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

/** m <- momentum m + (g + weightDecay w); w <- w - learningRate m. Undefined where the engine has no such kernel. */
export function sgdUpdate(
  weight: Tensor,
  gradient: Tensor,
  buffer: Tensor,
  { learningRate, momentum, weightDecay }: SgdStepAttributes,
): { readonly weight: Tensor; readonly momentum: Tensor } | undefined {
  if (!hasKernel(SgdStep)) return undefined;
  const inputs = { weight, gradient, momentum: buffer };
  const [nextWeight, nextMomentum] = runKernels(SgdStep, inputs, {
    learningRate,
    momentum,
    weightDecay,
  }) as [Tensor, Tensor];
  return { weight: nextWeight, momentum: nextMomentum };
}
