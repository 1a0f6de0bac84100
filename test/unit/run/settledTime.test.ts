import assert from 'node:assert/strict';
import { type Patience, settledSeconds } from '../../../extension/trainer/run/settledTime';

/** Turns that take the given seconds, the last of them from then on; by a clock that only they move. */
async function settle(turnSeconds: readonly number[], patience: Patience) {
  let now = 5000;
  let turns = 0;
  const settled = await settledSeconds(
    async turn => {
      turns = turn + 1;
      now += 1000 * (turnSeconds[Math.min(turn, turnSeconds.length - 1)] ?? 0);
    },
    patience,
    () => now,
  );
  return { settled, turns };
}

describe('The time that an action takes once it is warm', () => {
  it('is that of the later turns, not of the first slow ones', async () => {
    const { settled, turns } = await settle([3, 2, 1.5, 1], { seconds: 12, leastTurns: 2, mostTurns: 100 });
    assert.deepEqual([settled, turns], [1, 9]);
  });

  it('does not follow a single turn that was held up', async () => {
    const { settled } = await settle([1, 1, 1, 1, 1, 9, 1], { seconds: 16, leastTurns: 2, mostTurns: 100 });
    assert.equal(settled, 1);
  });

  it('is of few turns where a turn is long', async () => {
    const { settled, turns } = await settle([90, 60], { seconds: 8, leastTurns: 3, mostTurns: 100 });
    assert.deepEqual([settled, turns], [60, 3]);
  });

  it('takes no more turns than there will be', async () => {
    const { turns } = await settle([0.01], { seconds: 8, leastTurns: 5, mostTurns: 15 });
    assert.equal(turns, 15);
  });
});
