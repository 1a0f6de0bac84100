import {
  add,
  clipByValue,
  div,
  maximum,
  mul,
  sqrt,
  square,
  sub,
  sum,
  type Tensor4D,
  tensor4d,
} from '@tensorflow/tfjs-core';
import { imageNorms } from './ball';
import type { Draws, Proposals } from './square';
import { twoHalves } from './squareBumps';
import { intervals, placeOf, signs } from './squareLinf';
import { windowSide } from './squareSchedule';

const tiny = 1e-12;

/**
 * l2: the start tiles the image with bumps of side height / 5; a proposal empties one window and moves its mass, with what
 * is left of epsilon, into another one that gets a new bump. Both renormalise to epsilon. Source: Andriushchenko et al.,
 * ECCV 2020, algorithm 3, in the form of fra31/auto-attack.
 */
export const squareL2: Proposals = {
  startDraws([, height, width, channels]) {
    const { across, down } = tilesOf(height, width);
    return down * across * (1 + channels);
  },
  draws: ([, , , channels]) => 5 + channels,
  start(centre, epsilon, draws) {
    return atEpsilon(centre, tensor4d(tiling(centre.shape, draws), centre.shape), epsilon);
  },
  propose(centre, best, epsilon, iteration, draws) {
    const [batch, height, width, channels] = centre.shape;
    const side = windowSide(iteration, height, width);
    const window = (row: number, column: number) =>
      mul(
        tensor4d(intervals(draws, row, height, side), [batch, height, 1, 1]),
        tensor4d(intervals(draws, column, width, side), [batch, 1, width, 1]),
      );
    const [filled, emptied] = [window(0, 1), window(2, 3)];
    const change = sub(best, centre) as Tensor4D;
    const old = mul(change, filled) as Tensor4D;
    const bump = mul(
      tensor4d(placedBumps(draws, height, width, side), [batch, height, width, 1]),
      tensor4d(signs(draws, 5, channels), [batch, 1, 1, channels]),
    );
    const mixed = add(bump, div(old, add(channelNorms(old), tiny))) as Tensor4D;
    // The square of epsilon that the clipped image has left, shared among the channels, and that of both windows.
    const left = div(maximum(sub(epsilon ** 2, square(imageNorms(change))), 0), channels);
    const windows = square(channelNorms(mul(change, maximum(filled, emptied)) as Tensor4D));
    const size = sqrt(add(left, windows));
    const renewed = mul(div(mixed, add(channelNorms(mixed), tiny)), size);
    const kept = mul(mul(change, sub(1, emptied)), sub(1, filled));
    return atEpsilon(centre, add(kept, renewed) as Tensor4D, epsilon);
  },
};

/** centre + epsilon change / ||change||, clipped to [0, 1]. */
function atEpsilon(centre: Tensor4D, change: Tensor4D, epsilon: number): Tensor4D {
  const unit = div(change, add(imageNorms(change), tiny));
  return clipByValue(add(centre, mul(unit, epsilon)), 0, 1) as Tensor4D;
}

/** Euclidean norm of every channel of every image: [batch, 1, 1, channels]. */
function channelNorms(x: Tensor4D): Tensor4D {
  return sqrt(sum(square(x), [1, 2], true));
}

function tilesOf(height: number, width: number) {
  const side = Math.max(1, Math.floor(height / 5));
  return { side, down: Math.floor(height / side), across: Math.floor(width / side) };
}

/** Tiles of bumps from the upper left, with a sign for every tile and channel. */
function tiling([, height, width, channels]: Tensor4D['shape'], draws: readonly Draws[]): Float32Array {
  const { side, down, across } = tilesOf(height, width);
  const margin = Math.max(0, Math.floor((height - 5 * side) / 2));
  const size = height * width * channels;
  const out = new Float32Array(draws.length * size);
  for (const [row, values] of draws.entries()) {
    for (let tile = 0; tile < down * across; tile++) {
      const first = tile * (1 + channels);
      const bump = twoHalves(side, (values[first] ?? 0) > 0.5);
      const top = margin + Math.floor(tile / across) * side;
      const left = margin + (tile % across) * side;
      for (let i = 0; i < side * side; i++) {
        const [y, x] = [top + Math.floor(i / side), left + (i % side)];
        if (y >= height || x >= width) continue;
        for (let c = 0; c < channels; c++) {
          const sign = (values[first + 1 + c] ?? 0) < 0.5 ? -1 : 1;
          out[row * size + (y * width + x) * channels + c] = sign * (bump[i] ?? 0);
        }
      }
    }
  }
  return out;
}

/** Every image's new bump, standing or lying, in the window that is filled: [images * height * width]. */
function placedBumps(draws: readonly Draws[], height: number, width: number, side: number): Float32Array {
  const out = new Float32Array(draws.length * height * width);
  for (const [row, values] of draws.entries()) {
    const bump = twoHalves(side, (values[4] ?? 0) > 0.5);
    const top = placeOf(values, 0, height, side);
    const left = placeOf(values, 1, width, side);
    for (let y = 0; y < side; y++) {
      const from = (row * height + top + y) * width + left;
      out.set(bump.subarray(y * side, (y + 1) * side), from);
    }
  }
  return out;
}
