import assert from 'node:assert/strict';
import { ValueScale } from '../../../../webview/landscape/valueScale';

describe('the scale of losses', () => {
  it('has the least loss at 0, the greatest at 1, and evens out ratios where it is logarithmic', () => {
    const linear = new ValueScale('linear', { min: 1, max: 3 });
    assert.deepEqual(
      [1, 2, 3, 9, 0].map(loss => linear.share(loss)),
      [0, 0.5, 1, 1, 0],
    );
    const logarithmic = new ValueScale('logarithmic', { min: 0.01, max: 1 });
    for (const [loss, share] of [
      [0.01, 0],
      [0.1, 0.5],
      [1, 1],
    ] as const) {
      assert.ok(Math.abs(logarithmic.share(loss) - share) < 1e-12);
      assert.ok(Math.abs(logarithmic.at(share) - loss) < 1e-12);
    }
  });

  it('shows a loss of exactly 0 on a logarithmic scale at its foot', () => {
    const scale = new ValueScale('logarithmic', { min: 0, max: 2 });
    assert.equal(scale.share(0), 0);
    assert.ok(scale.share(1) > 0.9 && scale.share(1) < 1);
  });

  it('has contour levels on round losses inside it, rising, of about the number asked for', () => {
    for (const range of [
      { min: 0.03, max: 47 },
      { min: 0.098, max: 3.11 },
      { min: 2.1, max: 2.4 },
      { min: 1e-5, max: 180 },
    ]) {
      for (const kind of ['linear', 'logarithmic'] as const) {
        const ticks = new ValueScale(kind, range).ticks(9);
        assert.ok(ticks.length >= 3 && ticks.length <= 18, `${kind} ${JSON.stringify(range)}: ${ticks}`);
        assert.deepEqual(
          ticks,
          [...ticks].sort((a, b) => a - b),
        );
        assert.ok(ticks.every(tick => tick >= range.min && tick <= range.max));
      }
    }
    assert.deepEqual(new ValueScale('linear', { min: 0, max: 1 }).ticks(5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  it('holds a surface that is flat everywhere', () => {
    for (const kind of ['linear', 'logarithmic'] as const) {
      const scale = new ValueScale(kind, { min: 2, max: 2 });
      assert.equal(scale.share(2), 0);
    }
  });
});
