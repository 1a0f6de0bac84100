import { add, mul, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { ascentDirection, project, type Threat } from './ball';

/** Standard draws for a batch of images: N(0, 1) or U[0, 1), [batch, height, width, channels] in C order. */
export type DrawStart = (kind: 'gaussian' | 'uniform', count: number) => Float32Array;

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
    return add(centre, mul(tensor4d(draw('gaussian', centre.size), centre.shape), startSigma));
  }
  if (threat.norm === 'linf') {
    const offset = draw('uniform', centre.size).map(value => (2 * value - 1) * threat.epsilon);
    return project(add(centre, tensor4d(offset, centre.shape)), centre, threat);
  }
  const batch = centre.shape[0];
  const direction = ascentDirection(tensor4d(draw('gaussian', centre.size), centre.shape), 'l2');
  const radii = tensor4d(draw('uniform', batch), [batch, 1, 1, 1]);
  return project(add(centre, mul(direction, mul(radii, threat.epsilon))), centre, threat);
}
