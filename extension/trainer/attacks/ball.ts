import {
  abs,
  add,
  clipByValue,
  div,
  max,
  maximum,
  minimum,
  mul,
  reshape,
  sign,
  sqrt,
  square,
  sub,
  sum,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';

/** The threat: images within `epsilon` of the clean one in this norm, with pixels in [0, 1]. */
export interface Threat {
  readonly norm: 'linf' | 'l2';
  readonly epsilon: number;
}

/**
 * `x` brought into the ball around `centre` and into pixels of [0, 1]. [batch, height, width, channels].
 * - linf: the nearest such point
 * - l2: pixels clipped, then the offset shrunk to epsilon, as in TRADES ("clamp, renorm"): the nearest such point where
 *   clipping changes nothing, close to it elsewhere
 */
export function project(x: Tensor4D, centre: Tensor4D, { norm, epsilon }: Threat): Tensor4D {
  if (norm === 'linf') {
    const above = maximum(x, sub(centre, epsilon)) as Tensor4D;
    const inBall = minimum(above, add(centre, epsilon)) as Tensor4D;
    return clipByValue(inBall, 0, 1);
  }
  // Shrinking towards the centre, itself in the box, keeps a clipped point in the box.
  const offset = sub(clipByValue(x, 0, 1), centre) as Tensor4D;
  const length = maximum(imageNorms(offset), 1e-12) as Tensor4D;
  const scale = minimum(1, div(epsilon, length)) as Tensor4D;
  return add(centre, mul(offset, scale));
}

/** Steepest ascent of unit size: sign g for linf, g / ||g||_2 an image for l2. */
export function ascentDirection(gradient: Tensor4D, norm: Threat['norm']): Tensor4D {
  if (norm === 'linf') return sign(gradient);
  return div(gradient, add(imageNorms(gradient), 1e-12));
}

/** Euclidean norm of every image: [batch, 1, 1, 1]. */
export function imageNorms(x: Tensor4D): Tensor4D {
  return sqrt(sum(square(x), [1, 2, 3], true));
}

/** How far every image is from its centre: [batch], in the threat's norm. */
export function distances(x: Tensor4D, centre: Tensor4D, norm: Threat['norm']): Tensor1D {
  const offset = sub(x, centre) as Tensor4D;
  const sizes = norm === 'linf' ? max(abs(offset), [1, 2, 3]) : imageNorms(offset);
  return reshape(sizes, [x.shape[0]]);
}
