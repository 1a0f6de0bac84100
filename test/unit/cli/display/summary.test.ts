import assert from 'node:assert/strict';
import type { RunEvent } from '../../../../extension/contract/events';
import { noPaint } from '../../../../extension/trainer/cli/display/paint';
import { type HeaderFacts, initialState, reduce } from '../../../../extension/trainer/cli/display/state';
import { renderSummary } from '../../../../extension/trainer/cli/display/summary';
import { epochEvents, facts, started, stopped, wholeRun } from './runEvents';

const summary = (events: readonly RunEvent[], width = 100, header: HeaderFacts = facts) =>
  renderSummary(events.reduce(reduce, initialState(header)), width, noPaint);

describe('the summary of a run', () => {
  it('tells the best and the last epoch, the test with its attack, the time and the folder', () => {
    assert.deepEqual(summary(wholeRun), [
      'Finished mnist-quickstart in 4m10s: 5 epochs, 100 steps.',
      '  best        epoch 3: validation clean 93.0%, robust 70.1%',
      '  last        epoch 5: validation clean 95.0%, robust 69.3%',
      '  test        clean 95.1%, robust 69.9% (PGD-20, 10,000 examples, best weights)',
      '  run folder  .rat/runs/20250301-120000-mnist-quickstart-1a2b',
    ]);
  });

  it('of a stopped run says how to resume it', () => {
    assert.deepEqual(summary([started, ...[1, 2].flatMap(epochEvents), stopped]), [
      'Stopped mnist-quickstart after 2m00s at step 47 of 100 (epoch 2.3 of 5). Stopped by SIGINT.',
      '  best        epoch 2: validation clean 92.0%, robust 62.3%',
      '  run folder  .rat/runs/20250301-120000-mnist-quickstart-1a2b',
      '  to resume   npx randomized-at run --resume .rat/runs/20250301-120000-mnist-quickstart-1a2b',
    ]);
  });

  it('of a failed run gives the reason, and quotes a folder with spaces', () => {
    const failed = { ...stopped, status: 'failed', reason: 'The disk is full.' } as const;
    const lines = summary([started, failed], 100, { ...facts, runFolder: 'my runs/a' });
    assert.match(lines[0] ?? '', /^Failed: mnist-quickstart after .* The disk is full\.$/);
    assert.equal(lines.at(-1), '  to resume   npx randomized-at run --resume "my runs/a"');
  });

  it('breaks sentences on a narrow terminal, but not what one copies', () => {
    const lines = summary([started, ...[1, 2].flatMap(epochEvents), stopped], 40);
    const copied = lines.filter(line => line.includes('.rat/runs/'));
    assert.equal(copied.length, 2);
    assert.ok(lines.filter(line => !copied.includes(line)).every(line => line.length <= 40));
  });

  it('is empty as long as the run goes on', () => {
    assert.deepEqual(summary([started]), []);
  });
});
