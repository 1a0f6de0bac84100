import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { onReaderGone, stopOnSignals } from '../../../extension/trainer/cli/signals';

function setUp() {
  const events = new EventEmitter();
  const stop = new AbortController();
  const exits: number[] = [];
  stopOnSignals(events, stop, code => exits.push(code));
  return { events, stop, exits };
}

describe('signals', () => {
  it('ask for an orderly end the first time and end at once the second time', () => {
    const { events, stop, exits } = setUp();
    events.emit('SIGINT');
    assert.equal(stop.signal.aborted, true);
    assert.equal(stop.signal.reason, 'SIGINT');
    assert.deepEqual(exits, []);
    events.emit('SIGINT');
    assert.deepEqual(exits, [130]);
  });

  it('count together: SIGTERM after SIGINT ends the process with 143', () => {
    const { events, exits } = setUp();
    events.emit('SIGINT');
    events.emit('SIGTERM');
    assert.deepEqual(exits, [143]);
  });

  it('still stop in order when the reader of the output went away before', () => {
    const { events, stop, exits } = setUp();
    stop.abort('the output was closed');
    events.emit('SIGTERM');
    assert.deepEqual(exits, []);
  });
});

describe('an output that nobody reads any more', () => {
  it('is told once, however many writes fail', () => {
    const stream = new EventEmitter();
    let calls = 0;
    onReaderGone(stream, () => calls++);
    stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    assert.equal(calls, 1);
  });

  it('does not hide other errors', () => {
    const stream = new EventEmitter();
    onReaderGone(stream, () => assert.fail('taken for a closed pipe'));
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    assert.throws(() => stream.emit('error', full), /ENOSPC/);
  });
});
