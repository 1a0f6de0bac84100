import assert from 'node:assert/strict';
import { reportError } from '../../../extension/trainer/cli/reportError';
import { UserError } from '../../../extension/trainer/cli/userError';
import { DataError } from '../../../extension/trainer/data/dataError';
import { BatchTooLarge } from '../../../extension/trainer/engine/batchTooLarge';
import { EngineUnavailable } from '../../../extension/trainer/engine/engine';
import { MemoryExhausted } from '../../../extension/trainer/engine/memory';

describe('an error at the command line', () => {
  it('that one can mend is one line with its own exit code', () => {
    assert.deepEqual(reportError(new UserError('webgpu is not available here.', 4)), {
      text: 'randomized-at: webgpu is not available here.',
      exitCode: 4,
    });
  });

  it('of the data is told without a stack', () => {
    assert.deepEqual(reportError(new DataError('train-images: 3 bytes are missing.')), {
      text: 'randomized-at: train-images: 3 bytes are missing.',
      exitCode: 1,
    });
  });

  it('of an engine comes with its remedy', () => {
    assert.deepEqual(reportError(new EngineUnavailable('webgpu found no adapter.', 'Update the driver.')), {
      text: 'randomized-at: webgpu found no adapter. Update the driver.',
      exitCode: 4,
    });
  });

  it('of a batch that is too large is told without a stack', () => {
    const error = new BatchTooLarge('batchSize 9 is too large.', 9, 4, new MemoryExhausted(1, 0, 1));
    assert.deepEqual(reportError(error), { text: 'randomized-at: batchSize 9 is too large.', exitCode: 1 });
  });

  it('that nobody foresaw keeps its stack and asks to be reported', () => {
    const error = new TypeError('x is not a function');
    const { text, exitCode } = reportError(error);
    assert.equal(exitCode, 1);
    assert.match(text, /please report it/);
    assert.ok(text.includes(error.stack ?? 'no stack'));
    assert.match(reportError('thrown text').text, /thrown text/);
  });
});
