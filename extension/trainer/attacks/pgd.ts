import { add, keep, mul, type Scalar, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { gradientAt } from '../autodiff';
import { linfAttackStep } from '../fused/attackStep';
import { ascentDirection, project, type Threat } from './ball';

/** A scalar to be maximised over images: a sum over the batch, so that an image's gradient ignores its neighbours. */
export type AttackLoss = (images: Tensor4D) => Scalar;

/**
 * Projected gradient ascent: x <- P(x + stepSize d), with d = sign g (linf) or g / ||g||_2 (l2). One forward and one
 * backward pass to the input a step. Source: Madry et al., ICLR 2018.
 *
 * `centre`: clean images; `start`: where to begin, projected first. The result is kept; the caller disposes of it.
 */
export function projectedGradientAscent(
  loss: AttackLoss,
  centre: Tensor4D,
  start: Tensor4D,
  threat: Threat,
  { steps, stepSize }: { readonly steps: number; readonly stepSize: number },
): Tensor4D {
  let x = start.clone();
  for (let step = 0; step < steps; step++) {
    const next = tidy(() => attackStep(x, gradientAt(x, loss), centre, threat, stepSize));
    x.dispose();
    x = next;
  }
  return keep(x);
}

/** One step up the gradient, and back into the ball: in one pass where the engine can. */
function attackStep(
  x: Tensor4D,
  gradient: Tensor4D,
  centre: Tensor4D,
  threat: Threat,
  stepSize: number,
): Tensor4D {
  const { norm, epsilon } = threat;
  const fused = norm === 'linf' ? linfAttackStep(x, gradient, centre, { stepSize, epsilon }) : undefined;
  return fused ?? project(add(x, mul(ascentDirection(gradient, norm), stepSize)), centre, threat);
}
