import { add, mul, sub, type Tensor4D } from '@tensorflow/tfjs-core';
import { type Draws, drawsTensor } from '../fused/keyedNormals';
import { ascentDirection, project, type Threat } from './ball';

/** Standard draws for a batch of images: N(0, 1) or U[0, 1), [batch, height, width, channels] in C order. */
export type DrawStart = (kind: 'gaussian' | 'uniform', count: number) => Draws;

/**
 * Where an attack begins.
 * - gaussian: x + startSigma N(0, 1), as TRADES; neither projected nor clipped, since the first step does both
 * - uniform: uniform in the linf ball; for l2 a Gaussian direction with a radius uniform in [0, epsilon]
 *   (robust_overfitting). Pixels are clipped to [0, 1].
 * - none: x itself
 */
export function startingPoint(
  centre: Tensor4D,
  start: 'gaussian' | 'uniform' | 'none',
  startSigma: number,
  threat: Threat,
  draw: DrawStart,
): Tensor4D {
  if (start === 'none') return centre.clone();
  if (start === 'gaussian') {
    return add(centre, mul(drawsTensor(draw('gaussian', centre.size), centre.shape), startSigma));
  }
  if (threat.norm === 'linf') {
    const offset = mul(
      sub(mul(drawsTensor(draw('uniform', centre.size), centre.shape), 2), 1),
      threat.epsilon,
    );
    return project(add(centre, offset), centre, threat);
  }
  const batch = centre.shape[0];
  const direction = ascentDirection(
    drawsTensor(draw('gaussian', centre.size), centre.shape) as Tensor4D,
    'l2',
  );
  const radii = drawsTensor(draw('uniform', batch), [batch, 1, 1, 1]);
  return project(add(centre, mul(direction, mul(radii, threat.epsilon))), centre, threat);
}
