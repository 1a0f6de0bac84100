import {
  abs,
  add,
  div,
  greater,
  max,
  maximum,
  minimum,
  mul,
  neg,
  sign,
  sub,
  sum,
  type Tensor4D,
  tidy,
  where,
} from '@tensorflow/tfjs-core';
import type { Threat } from './ball';

/** Far more than the pieces that a projection passes through in practice. */
const newtonSteps = 10;

/** Finite, so that a pixel without a weight stays where it is: 0 times this is 0. */
const farthest = 1e30;

/**
 * The smallest step d, in the norm, with w . d = -c and point + d in [0, 1]: the projection of each image on its
 * hyperplane within the box. Where the box does not reach the hyperplane, every pixel goes as far as it can.
 *
 * A pixel moves by min(lambda s, room) against the sign of c w, with s = 1 for linf and |w| for l2, and lambda solves
 * sum |w| min(lambda s, room) = |c|. The left side is concave and piecewise linear in lambda, so that Newton's method
 * from 0 climbs to the solution piece by piece, without sorting the pixels. Source of the problem: Croce and Hein, ICML
 * 2020 (FAB), section 2.2.
 *
 * @param point [batch, height, width, channels] in [0, 1]
 * @param normal w, the same shape
 * @param offset c, the value of the linear function at `point`: [batch, 1, 1, 1]
 */
export function projectOnHyperplane(
  point: Tensor4D,
  normal: Tensor4D,
  offset: Tensor4D,
  norm: Threat['norm'],
): Tensor4D {
  return tidy(() => {
    // The same plane with a normal of size 1, so that squares of small gradients do not vanish in float32.
    const size = maximum(max(abs(normal), [1, 2, 3], true), 1e-20);
    const weights = div(abs(normal), size);
    const wanted = div(abs(offset), size);
    const isDownhill = greater(mul(sign(offset), sign(normal)), 0);
    const room = where(isDownhill, point, sub(1, point)) as Tensor4D;
    const speed = norm === 'linf' ? minimum(1, mul(weights, 1e30)) : weights;
    let lambda = mul(wanted, 0) as Tensor4D;
    for (let step = 0; step < newtonSteps; step++) {
      const reach = mul(lambda, speed);
      const reached = imageSums(mul(weights, minimum(reach, room)));
      const isFree = greater(room, reach);
      const slope = imageSums(mul(mul(weights, speed), isFree));
      // Without a free pixel the plane is out of reach, and a huge lambda sends every pixel to its end.
      const climb = div(maximum(sub(wanted, reached), 0), maximum(slope, 1e-20));
      lambda = add(lambda, minimum(climb, farthest)) as Tensor4D;
    }
    const lengths = minimum(mul(lambda, speed), room);
    return mul(neg(mul(sign(offset), sign(normal))), lengths) as Tensor4D;
  });
}

function imageSums(x: Tensor4D): Tensor4D {
  return sum(x, [1, 2, 3], true);
}
