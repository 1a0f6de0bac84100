import { type NamedTensorMap, type Tensor, type Tensor1D, tensor1d } from '@tensorflow/tfjs-core';
import { hasKernel, runKernels } from './fusedKernel';

/** weight, gradient, momentum -> [next weight, next momentum] of one parameter. */
export const SgdStep = 'SgdStep';

/**
 * rates, weight0, gradient0, momentum0, weight1, ... -> [next weight0, next momentum0, next weight1, ...]: all parameters in one
 * call. The rates [3] are learning rate, momentum and weight decay: a tensor, so that a recorded call can have others each time.
 */
export const SgdSteps = 'SgdSteps';

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

/** The rates of `SgdSteps`. Undefined where the engine has no such kernel. */
export function sgdRates({ learningRate, momentum, weightDecay }: SgdStepAttributes): Tensor1D | undefined {
  return hasKernel(SgdSteps) ? tensor1d([learningRate, momentum, weightDecay]) : undefined;
}

/** The same as `sgdUpdate` of all parameters, in the order given, in an engine that gave `rates`. */
export function sgdUpdates(
  triples: readonly { readonly weight: Tensor; readonly gradient: Tensor; readonly momentum: Tensor }[],
  rates: Tensor1D,
): { readonly weight: Tensor; readonly momentum: Tensor }[] {
  const inputs: NamedTensorMap = { rates };
  for (const [i, triple] of triples.entries()) {
    inputs[`weight${i}`] = triple.weight;
    inputs[`gradient${i}`] = triple.gradient;
    inputs[`momentum${i}`] = triple.momentum;
  }
  const results = runKernels(SgdSteps, inputs);
  return triples.map((_, i) => ({
    weight: results[2 * i] as Tensor,
    momentum: results[2 * i + 1] as Tensor,
  }));
}
