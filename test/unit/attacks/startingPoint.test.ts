import assert from 'node:assert/strict';
import { type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { startingPoint } from '../../../extension/trainer/attacks/startingPoint';
import { keyedDraws } from '../../../extension/trainer/step/draws';
import { drawnValues, onEngine, valuesOf } from '../support/engine';
import { assertClose, at, average, length, range, toRows } from '../support/float64';
import { key } from '../support/recipes';

const pixels = 300;
const grey = (batch: number, value = 0.5): Tensor4D =>
  tensor4d(new Float32Array(batch * pixels).fill(value), [batch, 10, 10, 3]);
const { attackStart } = keyedDraws(key, 0);
const linf = { norm: 'linf', epsilon: 0.1 } as const;
const l2 = { norm: 'l2', epsilon: 0.4 } as const;

/** Offsets from grey images, a row an image. */
function offsets(kind: 'gaussian' | 'uniform', threat: typeof linf | typeof l2, batch: number): number[][] {
  const start = startingPoint(grey(batch), kind, 0.001, threat, attackStart);
  return toRows(valuesOf(start), pixels).map(row => row.map(value => value - 0.5));
}

describe('Where an attack begins', () => {
  onEngine('wasm');

  it('gaussian: startSigma times the draws from the image, neither clipped nor projected, for either norm', () => {
    for (const threat of [linf, l2]) {
      const white = startingPoint(grey(2, 1), 'gaussian', 0.5, { ...threat, epsilon: 0.01 }, attackStart);
      const draws = drawnValues(attackStart('gaussian', 2 * pixels));
      assertClose(
        valuesOf(white),
        draws.map(value => 1 + 0.5 * value),
        { absolute: 1e-6 },
      );
    }
  });

  it('uniform, linf: uniform in the ball', () => {
    const values = offsets('uniform', linf, 40).flat();
    const count = values.length;
    assert.ok(values.every(value => Math.abs(value) <= 0.1 + 1e-7));
    assert.ok(Math.max(...values) > 0.0999 && Math.min(...values) < -0.0999);
    // Five standard errors of the first two moments of U(-0.1, 0.1).
    assert.ok(Math.abs(average(values)) < 5 * Math.sqrt(0.01 / 3 / count));
    const variance = average(values.map(value => value ** 2));
    assert.ok(Math.abs(variance - 0.01 / 3) < 5 * Math.sqrt((1e-4 * 4) / 45 / count));
  });

  it('uniform, l2: a radius uniform in [0, epsilon] and any direction', () => {
    const rows = offsets('uniform', l2, 200);
    const radii = rows.map(length).sort((a, b) => a - b);
    const draws = drawnValues(attackStart('uniform', 200)).sort((a, b) => a - b);
    assertClose(
      radii,
      draws.map(value => 0.4 * value),
      { absolute: 1e-5 },
    );
    const directions = rows.map(row => row.map(value => value / length(row)));
    const mean = range(pixels).map(j => average(directions.map(row => at(row, j))));
    // A mean of 200 unit vectors has norm 1 / sqrt(200), give or take 4 % (300 axes).
    assert.ok(Math.abs(length(mean) - Math.sqrt(1 / 200)) < 0.015, `${length(mean)}`);
  });

  it('uniform, l2: draws radius and direction independently', () => {
    const correlations = range(50).map(run => {
      const draws = keyedDraws([run, 1], 0).attackStart;
      return [
        drawnValues(draws('uniform', 1))[0] ?? 0,
        Math.hypot(...drawnValues(draws('gaussian', 2))),
      ] as const;
    });
    const [radius, size] = [0, 1].map(side => correlations.map(pair => at(pair, side)));
    assert.ok(radius && size);
    const centred = (values: number[]) => values.map(value => value - average(values));
    const [a, b] = [centred(radius), centred(size)];
    const correlation = average(a.map((value, i) => value * at(b, i))) * (50 / (length(a) * length(b)));
    // Three standard errors of 50 pairs.
    assert.ok(Math.abs(correlation) < 3 / Math.sqrt(50), `correlation ${correlation}`);
  });

  it('uniform: pixels stay in [0, 1]', () => {
    for (const threat of [linf, l2]) {
      for (const value of [0, 1]) {
        const start = valuesOf(startingPoint(grey(4, value), 'uniform', 0, threat, attackStart));
        assert.ok(start.every(pixel => pixel >= 0 && pixel <= 1));
        assert.ok(start.some(pixel => pixel !== value));
      }
    }
  });

  it('none: the image itself, which survives when the start is disposed of', () => {
    const centre = grey(2);
    startingPoint(centre, 'none', 0.001, linf, attackStart).dispose();
    assert.deepEqual(valuesOf(startingPoint(centre, 'none', 0.001, linf, attackStart)), valuesOf(centre));
  });

  it("an image's start does not depend on the images after it, and is another in another step", () => {
    for (const threat of [linf, l2]) {
      for (const kind of ['gaussian', 'uniform'] as const) {
        assert.deepEqual(offsets(kind, threat, 5).slice(0, 2), offsets(kind, threat, 2));
        const later = startingPoint(grey(2), kind, 0.001, threat, keyedDraws(key, 1).attackStart);
        assert.notDeepEqual(toRows(valuesOf(later), pixels), offsets(kind, threat, 2));
      }
    }
  });
});
