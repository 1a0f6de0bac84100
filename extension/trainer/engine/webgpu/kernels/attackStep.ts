import type { TensorInfo } from '@tensorflow/tfjs-core';
import { LinfAttackStep, type LinfAttackStepAttributes } from '../../../fused/attackStep';
import { elementwise } from '../elementwise';
import { kernel } from '../kernel';

/** Sign of the gradient, the step, and back into the ball and the pixels' range, in one pass. */
export const attackStep = kernel<
  Readonly<Record<'x' | 'gradient' | 'centre', TensorInfo>>,
  LinfAttackStepAttributes
>(LinfAttackStep, ({ inputs: { x, gradient, centre }, attrs: { stepSize, epsilon }, backend }) => {
  const moved = backend.output(x.shape);
  elementwise(
    backend,
    'LinfAttackStep',
    { moved },
    { x, gradient, centre },
    `let inBall = clamp(x[i] + constants.stepSize * sign(gradient[i]), centre[i] - constants.epsilon, centre[i] + constants.epsilon);
  moved[i] = clamp(inBall, number(), number(1.0));`,
    { values: { stepSize, epsilon } },
  );
  return moved;
});
