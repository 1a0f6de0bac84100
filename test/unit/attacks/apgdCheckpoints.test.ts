import assert from 'node:assert/strict';
import { apgdCheckpoints } from '../../../extension/trainer/attacks/apgdCheckpoints';

describe('The checkpoints of Auto-PGD', () => {
  it('are those of the paper for 100 iterations, each covering what lies since the one before', () => {
    const checkpoints = [...apgdCheckpoints(100)];
    assert.deepEqual(
      checkpoints.map(([at]) => at),
      [22, 41, 57, 70, 80, 87, 93, 99],
    );
    assert.deepEqual(
      checkpoints.map(([, interval]) => interval),
      [22, 19, 16, 13, 10, 7, 6, 6],
    );
  });

  it('lie at least one iteration apart when there are few', () => {
    assert.deepEqual([...apgdCheckpoints(5).keys()], [1, 2, 3, 4]);
  });
});
