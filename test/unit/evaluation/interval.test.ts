import assert from 'node:assert/strict';
import { wilsonInterval } from '../../../extension/trainer/evaluation/interval';
import { assertClose } from '../support/float64';

describe('The 95 % interval of an accuracy', () => {
  it("is Wilson's score interval", () => {
    // Wilson 1927: the proportions p whose distance from the observed one is 1.96 of their own standard deviations.
    for (const [correct, examples] of [
      [133, 200],
      [5, 10],
      [1, 40],
    ] as const) {
      for (const p of wilsonInterval(correct, examples)) {
        const deviation = Math.sqrt((p * (1 - p)) / examples);
        assertClose([Math.abs(correct / examples - p) / deviation], [1.96], { absolute: 1e-4 });
      }
    }
    assertClose(wilsonInterval(5, 10), [0.236593, 0.763407], { absolute: 1e-6 });
  });

  it('stays in [0, 1] and has a width where all or none are correct', () => {
    const [low, high] = wilsonInterval(0, 20);
    assert.ok(low === 0 && high > 0.1 && high < 0.2);
    const [all, one] = wilsonInterval(20, 20);
    assert.ok(one === 1 && all > 0.8 && all < 0.9);
    assert.deepEqual(wilsonInterval(0, 0), [0, 1]);
  });
});
