import assert from 'node:assert/strict';
import { createSmoother, type Smoothing, spanOf, weightOf } from '../../../webview/shared/series/smoothing';

function smooth(raw: readonly number[], smoothing: Smoothing, pieces = [raw.length]): number[] {
  const smoothed = new Float32Array(raw.length);
  const smoother = createSmoother(smoothing);
  let from = 0;
  for (const to of pieces) {
    smoother.extend(raw, smoothed, from, to);
    from = to;
  }
  return [...smoothed];
}

const noisy = Array.from({ length: 5000 }, (_, i) => 2 + Math.sin(i * 12.9898) * Math.cos(i));
const tenPoints = 1 / 3;

describe('smoothing', () => {
  it('spans 1 point at 0, 10 at a third and 1000 at full strength', () => {
    assert.equal(spanOf(0), 1);
    assert.ok(Math.abs(spanOf(tenPoints) - 10) < 1e-9);
    assert.ok(Math.abs(spanOf(1) - 1000) < 1e-9);
    assert.ok(Math.abs(weightOf(tenPoints) - 0.9) < 1e-9);
  });

  for (const kind of ['exponential', 'window'] as const) {
    describe(kind, () => {
      it('leaves a constant as it is, from the first point on', () => {
        for (const value of smooth(Array(200).fill(0.7), { kind, strength: 0.6 })) {
          assert.ok(Math.abs(value - 0.7) < 1e-6);
        }
      });

      it('begins at the first value instead of 0', () => {
        assert.ok(Math.abs((smooth([5, 5.1, 4.9], { kind, strength: 0.9 })[0] ?? 0) - 5) < 1e-6);
      });

      it('gives the same whether points come at once or a few at a time', () => {
        const pieces = [1, 2, 7, 64, 65, 999, 1000, 4321, 5000];
        assert.deepEqual(
          smooth(noisy, { kind, strength: 0.5 }, pieces),
          smooth(noisy, { kind, strength: 0.5 }),
        );
      });

      it('keeps a missing value a gap and smooths on behind it', () => {
        const smoothed = smooth([1, 1, Number.NaN, 1, 1], { kind, strength: 0.5 });
        assert.deepEqual(
          smoothed.map(value => Number.isNaN(value)),
          [false, false, true, false, false],
        );
        assert.ok(Math.abs((smoothed[4] ?? 0) - 1) < 1e-6);
      });

      it('is not spoiled for ever by one infinite or huge loss', () => {
        const raw = [...Array(50).fill(1), Number.POSITIVE_INFINITY, 1e30, ...Array(3000).fill(1)];
        const last = smooth(raw, { kind, strength: tenPoints }).at(-1) ?? 0;
        assert.ok(Math.abs(last - 1) < 1e-5, `the last value is ${last}`);
      });
    });
  }

  it('with a window is the mean of the last so many points', () => {
    const smoothed = smooth(noisy, { kind: 'window', strength: tenPoints });
    for (const end of [9, 10, 57, 4999]) {
      const window = noisy.slice(Math.max(0, end - 9), end + 1);
      const mean = window.reduce((sum, value) => sum + value, 0) / window.length;
      assert.ok(Math.abs((smoothed[end] ?? 0) - mean) < 1e-6);
    }
  });
});
