import { add, clipByValue, mul, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { project } from './ball';
import type { Draws, Proposals } from './square';
import { squareSide } from './squareSchedule';

/**
 * linf: the start has vertical stripes of +-epsilon, a colour and a column each; a proposal adds +-2 epsilon, a channel
 * each, on one square and cuts to the ball and to [0, 1]. Source: Andriushchenko et al., ECCV 2020, algorithm 2.
 */
export const squareLinf: Proposals = {
  startDraws: ([, , width, channels]) => width * channels,
  draws: ([, , , channels]) => 2 + channels,
  start(centre, epsilon, draws) {
    const [batch, , width, channels] = centre.shape;
    const stripes = signs(draws, 0, width * channels);
    return clipByValue(
      add(centre, mul(tensor4d(stripes, [batch, 1, width, channels]), epsilon)),
      0,
      1,
    ) as Tensor4D;
  },
  propose(centre, best, epsilon, iteration, draws) {
    const [batch, height, width, channels] = centre.shape;
    const side = squareSide(iteration, height, width);
    const down = tensor4d(intervals(draws, 0, height, side), [batch, height, 1, 1]);
    const across = tensor4d(intervals(draws, 1, width, side), [batch, 1, width, 1]);
    const colour = tensor4d(signs(draws, 2, channels), [batch, 1, 1, channels]);
    const change = mul(mul(down, across), mul(colour, 2 * epsilon));
    return project(add(best, change), centre, { norm: 'linf', epsilon });
  },
};

/** +1 or -1 for so many draws of every image, one image after the other. */
export function signs(draws: readonly Draws[], from: number, count: number): Float32Array {
  const out = new Float32Array(draws.length * count);
  for (const [row, values] of draws.entries()) {
    for (let i = 0; i < count; i++) out[row * count + i] = (values[from + i] ?? 0) < 0.5 ? -1 : 1;
  }
  return out;
}

/** Where an interval of this length begins in 0..size-1, uniform over all places that fit. */
export function placeOf(draws: Draws, which: number, size: number, length: number): number {
  return Math.floor((draws[which] ?? 0) * (size - length + 1));
}

/** Ones on an interval of every image, zeros beside it: [images * size]. */
export function intervals(
  draws: readonly Draws[],
  which: number,
  size: number,
  length: number,
): Float32Array {
  const out = new Float32Array(draws.length * size);
  for (const [row, values] of draws.entries()) {
    const from = row * size + placeOf(values, which, size, length);
    out.fill(1, from, from + length);
  }
  return out;
}
