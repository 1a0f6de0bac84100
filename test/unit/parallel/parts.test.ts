import assert from 'node:assert/strict';
import { meanFigures } from '../../../extension/trainer/parallel/meanFigures';
import { evenParts, weightsOf } from '../../../extension/trainer/parallel/parts';

describe('The parts of a batch', () => {
  it('are neighbours that together are the batch, and differ by one image at most', () => {
    for (const [examples, parts] of [
      [128, 2],
      [13, 3],
      [5, 5],
    ] as const) {
      const found = evenParts(examples, parts);
      assert.equal(found.length, parts);
      let next = 0;
      for (const part of found) {
        assert.equal(part.first, next);
        assert.ok(Math.abs(part.examples - examples / parts) < 1);
        next += part.examples;
      }
      assert.equal(next, examples);
    }
  });

  it('count by their images in the figures of the batch', () => {
    const parts = [
      { loss: { total: 1, zeroth: 1, natural: 0.5, robust: 2 }, accuracy: { clean: 1 } },
      { loss: { total: 4, zeroth: 1, natural: 0.2, robust: 5 }, accuracy: { clean: 0 } },
    ];
    const { loss, accuracy } = meanFigures(parts, weightsOf(evenParts(3, 2)));
    assert.ok(Math.abs(loss.total - 2) < 1e-12 && Math.abs((loss.robust ?? 0) - 3) < 1e-12);
    assert.ok(Math.abs((accuracy.clean ?? 0) - 2 / 3) < 1e-12);
  });
});
