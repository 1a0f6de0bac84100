import type { Tensor4D } from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './fusedKernel';

/** x, gradient, centre -> x + stepSize sign(gradient), within epsilon of the centre and in [0, 1]. */
export const LinfAttackStep = 'LinfAttackStep';

export interface LinfAttackStepAttributes {
  readonly stepSize: number;
  readonly epsilon: number;
}

/** One step of an l-infinity attack on images [batch, height, width, channels]. Undefined where the engine has no such kernel. */
export function linfAttackStep(
  x: Tensor4D,
  gradient: Tensor4D,
  centre: Tensor4D,
  { stepSize, epsilon }: LinfAttackStepAttributes,
): Tensor4D | undefined {
  if (!hasKernel(LinfAttackStep)) return undefined;
  return runKernel(LinfAttackStep, { x, gradient, centre }, { stepSize, epsilon }) as Tensor4D;
}
