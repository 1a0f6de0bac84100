import assert from 'node:assert/strict';
import { integers, normals, permutation, uniforms } from '../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../extension/trainer/random/key';

const key = rootKey(20230618);
const count = 100_000;

/** Largest distance between the draws' distribution function and the given one (Kolmogorov-Smirnov). */
function largestDistance(draws: Float32Array, distribution: (value: number) => number): number {
  const sorted = draws.slice().sort();
  return sorted.reduce((largest, value, i) => {
    const probability = distribution(value);
    const below = Math.abs(probability - i / sorted.length);
    const above = Math.abs(probability - (i + 1) / sorted.length);
    return Math.max(largest, below, above);
  }, 0);
}

/** The bound that a sample of this size exceeds with probability 0.1 %. */
const distanceBound = 1.95 / Math.sqrt(count);

/** Standard normal distribution function (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
function normalDistribution(value: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(value));
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upper = (Math.exp((-value * value) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return value > 0 ? 1 - upper : upper;
}

const moment = (draws: Float32Array, power: number): number =>
  draws.reduce((sum, value) => sum + value ** power, 0) / draws.length;

function correlation(a: Float32Array, b: Float32Array): number {
  const products = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0) / a.length;
  return products / Math.sqrt(moment(a, 2) * moment(b, 2));
}

/** Five standard errors of a mean of `count` draws of the given variance. */
const within = (variance: number): number => 5 * Math.sqrt(variance / count);

describe('Normal draws', () => {
  const draws = normals(key, count);

  it('have the moments of N(0, 1)', () => {
    assert.ok(Math.abs(moment(draws, 1)) < within(1));
    assert.ok(Math.abs(moment(draws, 2) - 1) < within(2));
    assert.ok(Math.abs(moment(draws, 3)) < within(15));
    assert.ok(Math.abs(moment(draws, 4) - 3) < within(96));
  });

  it('follow the normal distribution function, tails included', () => {
    assert.ok(largestDistance(draws, normalDistribution) < distanceBound);
    const beyondThree = draws.filter(value => Math.abs(value) > 3).length;
    assert.ok(Math.abs(beyondThree - 270) < 5 * Math.sqrt(270), `${beyondThree} draws beyond 3`);
  });

  it('are uncorrelated with their neighbours', () => {
    assert.ok(Math.abs(correlation(draws.subarray(0, -1), draws.subarray(1))) < within(1));
  });

  it('are independent between sibling keys', () => {
    const streams = [
      draws,
      normals(rootKey(20230619), count),
      normals(derive(key, 'weight-noise', 0), count),
      normals(derive(key, 'weight-noise', 1), count),
      normals(derive(key, 'attack', 0), count),
    ];
    for (const [i, a] of streams.entries()) {
      for (const b of streams.slice(i + 1)) {
        assert.ok(Math.abs(correlation(a, b)) < within(1));
      }
    }
  });
});

describe('Uniform draws', () => {
  const draws = uniforms(key, count);

  it('lie in [0, 1) and follow the uniform distribution', () => {
    assert.ok(draws.every(value => value >= 0 && value < 1));
    assert.ok(Math.abs(moment(draws, 1) - 1 / 2) < within(1 / 12));
    assert.ok(Math.abs(moment(draws, 2) - 1 / 3) < within(4 / 45));
    assert.ok(largestDistance(draws, value => value) < distanceBound);
  });

  it('fall equally often on each integer below a bound', () => {
    const histogram = new Array<number>(9).fill(0);
    for (const value of integers(key, count, 9)) histogram[value] = (histogram[value] ?? 0) + 1;
    assert.equal(histogram.length, 9);
    const expected = count / 9;
    const chiSquare = histogram.reduce((sum, found) => sum + (found - expected) ** 2 / expected, 0);
    // 8 degrees of freedom: 26.1 is exceeded with probability 0.1 %.
    assert.ok(chiSquare < 26.1, `chi-square ${chiSquare}`);
  });
});

describe('Any draw', () => {
  it('does not depend on how many are drawn after it', () => {
    for (const short of [0, 1, 2, 7, 8]) {
      assert.deepEqual(normals(key, short), normals(key, 101).slice(0, short));
      assert.deepEqual(uniforms(key, short), uniforms(key, 101).slice(0, short));
      assert.deepEqual(integers(key, short, 10), integers(key, 101, 10).slice(0, short));
    }
  });

  it('is the same whenever it is repeated', () => {
    assert.deepEqual(normals(key, 100), normals(key, 100));
    assert.deepEqual(permutation(key, 100), permutation(key, 100));
  });
});

describe('A random order', () => {
  it('holds every index once', () => {
    for (const length of [0, 1, 2, 1000]) {
      const sorted = permutation(key, length).sort();
      assert.deepEqual(
        sorted,
        Uint32Array.from({ length }, (_, i) => i),
      );
    }
  });

  it('differs between keys', () => {
    assert.notDeepEqual(permutation(derive(key, 0), 1000), permutation(derive(key, 1), 1000));
  });

  it('puts each of the six orders of three equally often', () => {
    const histogram = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = permutation(derive(key, i), 3).join('');
      histogram.set(order, (histogram.get(order) ?? 0) + 1);
    }
    assert.equal(histogram.size, 6);
    for (const found of histogram.values()) assert.ok(Math.abs(found - 1000) < 5 * Math.sqrt(1000 * (5 / 6)));
  });
});
