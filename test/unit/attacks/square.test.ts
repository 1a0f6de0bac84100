import assert from 'node:assert/strict';
import { memory, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { type Proposals, square } from '../../../extension/trainer/attacks/square';
import { twoHalves } from '../../../extension/trainer/attacks/squareBumps';
import { squareL2 } from '../../../extension/trainer/attacks/squareL2';
import { squareLinf } from '../../../extension/trainer/attacks/squareLinf';
import { squareShare, squareSide, windowSide } from '../../../extension/trainer/attacks/squareSchedule';
import { uniforms } from '../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../extension/trainer/random/key';
import { onEngine, valuesOf } from '../support/engine';
import { assertClose, at, length, randomMatrix, range, toRows } from '../support/float64';
import {
  batchOf,
  countedVictim,
  judgeCandidates,
  linearVictim,
  predictionsOf,
  settingOf,
} from '../support/victims';

describe('The schedule of the Square attack', () => {
  it('halves the share of pixels after 10, 50, 200, 500, 1000, 2000 and 4000 iterations', () => {
    const divisors = (iteration: number) => 0.8 / squareShare(iteration);
    for (const [last, divisor] of [
      [10, 1],
      [50, 2],
      [200, 4],
      [500, 8],
      [1000, 16],
      [2000, 32],
      [4000, 64],
    ] as const) {
      assert.equal(divisors(last), divisor);
      assert.equal(divisors(last + 1), 2 * divisor);
    }
    assert.equal(divisors(0), 1);
    assert.equal(divisors(4999), 128);
  });

  it('gives squares of the matching side, at least 1 and no larger than the image', () => {
    assert.equal(squareSide(0, 28, 28), 25);
    assert.equal(squareSide(11, 28, 28), 18);
    assert.equal(squareSide(4999, 28, 28), 2);
    assert.equal(squareSide(4999, 4, 4), 1);
    assert.equal(squareSide(0, 4, 20), 4);
  });

  it('gives the l2 attack odd windows of at least 3', () => {
    assert.equal(windowSide(0, 28, 28), 25);
    assert.equal(windowSide(11, 28, 28), 19);
    assert.equal(windowSide(4999, 28, 28), 3);
  });
});

describe('The bump of the l2 Square attack', () => {
  for (const side of [3, 5, 6, 9]) {
    it(`has length 1, a positive and a negative half, and a transposed form (side ${side})`, () => {
      const upright = [...twoHalves(side, false)];
      assertClose([length(upright)], [1], { absolute: 1e-6 });
      const upper = upright.slice(0, (side >> 1) * side);
      assert.ok(upper.every(value => value > 0));
      assert.ok(upright.slice((side >> 1) * side).every(value => value < 0));
      const lying = twoHalves(side, true);
      for (const y of range(side)) {
        for (const x of range(side)) assert.equal(lying[y * side + x], upright[x * side + y]);
      }
    });
  }
});

describe('A proposal of the Square attack', () => {
  onEngine('wasm');

  const [height, width, channels, count] = [10, 12, 3, 6];
  const size = height * width * channels;
  const shape: [number, number, number, number] = [count, height, width, channels];
  const centres = randomMatrix('square centres', count, size, 0.3).map(row =>
    row.map(v => Math.min(Math.max(0.5 + v, 0), 1)),
  );
  const draws = (name: string, each: number) =>
    range(count).map(row => uniforms(derive(rootKey(3), name, row), each));

  const started = (proposals: Proposals, epsilon: number) =>
    proposals.start(tensor4d(centres.flat(), shape), epsilon, draws('start', proposals.startDraws(shape)));

  const proposed = (proposals: Proposals, epsilon: number, iteration: number) =>
    tidy(() => {
      const best: Tensor4D = started(proposals, epsilon);
      const next = proposals.propose(
        tensor4d(centres.flat(), shape),
        best,
        epsilon,
        iteration,
        draws('next', proposals.draws(shape)),
      );
      return { best: toRows(valuesOf(best), size), next: toRows(valuesOf(next), size) };
    });

  it('linf: begins with vertical stripes at the ends of the ball', () => {
    const { best } = proposed(squareLinf, 0.05, 0);
    for (const [row, image] of best.entries()) {
      for (const x of range(width)) {
        for (const c of range(channels)) {
          const signs = range(height).flatMap(y => {
            const i = (y * width + x) * channels + c;
            const centre = at(at(centres, row), i);
            const moved = at(image, i) - centre;
            const cut = centre < 0.05 || centre > 0.95;
            if (!cut) assert.ok(Math.abs(Math.abs(moved) - 0.05) < 1e-6, `moved ${moved}`);
            return cut ? [] : [Math.sign(moved)];
          });
          assert.ok(new Set(signs).size <= 1, 'one sign a column and channel');
        }
      }
    }
  });

  it('linf: changes one square of its schedule, inside the ball', () => {
    const side = squareSide(60, height, width);
    const { best, next } = proposed(squareLinf, 0.05, 60);
    const places = new Set<string>();
    for (const row of range(count)) {
      const changed = range(size).filter(i => Math.abs(at(at(best, row), i) - at(at(next, row), i)) > 1e-7);
      const ys = changed.map(i => Math.floor(i / channels / width));
      const xs = changed.map(i => Math.floor(i / channels) % width);
      assert.ok(Math.max(...ys) - Math.min(...ys) < side && Math.max(...xs) - Math.min(...xs) < side);
      places.add(`${Math.min(...ys)} ${Math.min(...xs)}`);
      at(next, row).forEach((value, i) => {
        assert.ok(Math.abs(value - at(at(centres, row), i)) <= 0.05 + 1e-6 && value >= 0 && value <= 1);
      });
    }
    assert.ok(places.size > 1, 'every image has a square of its own');
  });

  it('l2: stays in the ball, uses all of epsilon where the box does not cut, and changes two windows', () => {
    const flat = centres.map(row => row.map(() => 0.5));
    const epsilon = 0.4;
    const { best, next } = tidy(() => {
      const centre = tensor4d(flat.flat(), shape);
      const start = squareL2.start(centre, epsilon, draws('start', squareL2.startDraws(shape)));
      const move = squareL2.propose(centre, start, epsilon, 300, draws('next', squareL2.draws(shape)));
      return { best: toRows(valuesOf(start), size), next: toRows(valuesOf(move), size) };
    });
    const side = windowSide(300, height, width);
    for (const row of range(count)) {
      for (const image of [at(best, row), at(next, row)]) {
        assertClose([length(image.map(value => value - 0.5))], [epsilon], { absolute: 1e-4 });
      }
      // Outside the windows only the renormalisation acts: the change keeps its direction there.
      const ratios = range(size)
        .map(i => [at(at(next, row), i) - 0.5, at(at(best, row), i) - 0.5] as const)
        .filter(([, before]) => Math.abs(before) > 1e-4)
        .map(([after, before]) => after / before);
      const usual = ratios.toSorted((a, b) => a - b)[ratios.length >> 1] ?? 0;
      const apart = ratios.filter(ratio => Math.abs(ratio - usual) > 1e-3);
      assert.ok(apart.length > 0 && apart.length <= 2 * side * side * channels, `${apart.length}`);
    }
  });
});

describe('The Square attack', () => {
  onEngine('wasm');

  const pixels = 36;
  const images = randomMatrix('square images', 14, pixels, 0.1).map(row => row.map(v => 0.5 + v));
  const weights = randomMatrix('square weights', 3, pixels, 0.5);
  const biases = [0, 0.1, 0];

  for (const [norm, epsilon] of [
    ['linf', 0.05],
    ['l2', 0.25],
  ] as const) {
    it(`${norm}: breaks most of what can be broken of a linear network, without a gradient, and leaves no tensors`, async () => {
      const { victim, counts } = countedVictim(linearVictim(weights, biases));
      const labels = await predictionsOf(victim, images, 6);
      const batch = await batchOf(victim, images, 6, labels);
      const before = memory().numTensors;
      counts.forward = 0;
      const threat = { norm, epsilon } as const;
      const found = await square({ queries: 300 }).run(settingOf(victim, threat), batch, 0);
      const asked = counts.forward;
      const broken = (await judgeCandidates(victim, threat, batch, found)).map(({ row }) => row);
      assert.equal(memory().numTensors, before);
      assert.equal(counts.backward, 0);
      const breakable = images.flatMap((x, row) => {
        const y = at(labels, row);
        return range(3).some(t => {
          const w = at(weights, t).map((value, i) => value - at(at(weights, y), i));
          const gap = w.reduce((sum, value, i) => sum + value * at(x, i), at(biases, t) - at(biases, y));
          const gain = norm === 'linf' ? w.reduce((sum, v) => sum + Math.abs(v), 0) : Math.hypot(...w);
          return t !== y && gap + epsilon * gain > 0;
        })
          ? [row]
          : [];
      });
      assert.ok(broken.every(row => breakable.includes(row)));
      assert.ok(broken.length >= 0.6 * breakable.length, `${broken.length} of ${breakable.length}`);
      assert.ok(breakable.length < 14, 'some are robust');
      assert.ok(asked < 301 * 14 && asked >= 301 * (14 - broken.length), `${asked} queries`);
      batch.images.dispose();
    });
  }
});
