import assert from 'node:assert/strict';
import type { RunEvent, StepEvent } from '../../../extension/contract/events';
import {
  decodeJson,
  effectiveEvents,
  encodeJson,
  formatEvent,
  MetricsReader,
  parseMetrics,
} from '../../../extension/contract/metrics';

const time = '2023-06-18T12:00:00.000Z';

function stepAt(step: number, total = 1): StepEvent {
  return {
    type: 'step',
    step,
    epoch: step / 10,
    time,
    loss: { total, zeroth: total, natural: total },
    learningRate: 0.1,
    imagesPerSecond: 100,
  };
}

const resumedAt = (step: number): RunEvent => ({
  type: 'resumed',
  step,
  epoch: 0,
  time,
  engine: 'wasm',
  device: 'cpu',
});

const steps = (events: readonly RunEvent[]) => events.map(event => `${event.type} ${event.step}`);

describe('metrics of a run', () => {
  it('reads back what was written, a diverged loss included', () => {
    const events = [
      stepAt(1, Number.NaN),
      stepAt(2, Number.POSITIVE_INFINITY),
      stepAt(3, Number.NEGATIVE_INFINITY),
      stepAt(4, 0.25),
    ];
    const text = events.map(formatEvent).join('');
    assert.match(text, /"total":"NaN"/);
    assert.deepEqual(parseMetrics(text), { events, damagedLines: 0 });
  });

  it('keeps a message that consists of the word NaN', () => {
    const message: RunEvent = { type: 'message', level: 'error', text: 'NaN', step: 1, epoch: 0, time };
    assert.deepEqual(parseMetrics(formatEvent(message)).events, [message]);
  });

  it('writes an event on one line, whatever its text holds', () => {
    const text = 'one\ntwo\r\nthree\u2028four';
    const message: RunEvent = { type: 'message', level: 'info', text, step: 1, epoch: 0, time };
    assert.equal(formatEvent(message).indexOf('\n'), formatEvent(message).length - 1);
    assert.deepEqual(parseMetrics(formatEvent(message)).events, [message]);
  });

  it('skips and counts damaged lines and keeps those around them', () => {
    const damaged = [
      '{"type":"step","step":2,"lo',
      'null',
      '[]',
      '42',
      '{"step":3}',
      '{"type":"step"}',
      '{"type":"step","step":"NaN"}',
      '{"type":7,"step":3}',
    ];
    const text = `${formatEvent(stepAt(1))}${damaged.join('\n')}\n\n${formatEvent(stepAt(5))}`;
    const { events, damagedLines } = parseMetrics(text);
    assert.deepEqual(steps(events), ['step 1', 'step 5']);
    assert.equal(damagedLines, damaged.length);
  });

  it('reads a last line without newline when it is whole, and counts it when it is torn', () => {
    const line = formatEvent(stepAt(1)).trimEnd();
    assert.deepEqual(parseMetrics(line), { events: [stepAt(1)], damagedLines: 0 });
    assert.deepEqual(parseMetrics(line.slice(0, -4)), { events: [], damagedLines: 1 });
  });

  it('gives the same events however the file is cut into pieces', () => {
    const events = [stepAt(1), resumedAt(0), stepAt(1, 2), stepAt(2)];
    const text = `${events.map(formatEvent).join('')}torn`;
    for (let size = 1; size <= text.length; size++) {
      const reader = new MetricsReader();
      const read: RunEvent[] = [];
      for (let at = 0; at < text.length; at += size) read.push(...reader.push(text.slice(at, at + size)));
      assert.deepEqual(read, events);
      assert.equal(reader.damagedLines, 0);
    }
  });

  it('hands an event over as soon as its line ends', () => {
    const reader = new MetricsReader();
    const line = formatEvent(stepAt(7));
    assert.deepEqual(reader.push(line.slice(0, 10)), []);
    assert.deepEqual(reader.push(line.slice(10)), [stepAt(7)]);
  });
});

describe('events that count after a resume', () => {
  it('drops the steps after the checkpoint, which are trained again', () => {
    const events = [stepAt(1), stepAt(2), stepAt(3), resumedAt(2), stepAt(3, 5)];
    assert.deepEqual(effectiveEvents(events), [stepAt(1), stepAt(2), resumedAt(2), stepAt(3, 5)]);
  });

  it('drops an earlier resume too when a later one goes back further', () => {
    const events = [stepAt(4), resumedAt(4), stepAt(5), resumedAt(2), stepAt(3), resumedAt(3), stepAt(4)];
    assert.deepEqual(steps(effectiveEvents(events)), ['resumed 2', 'step 3', 'resumed 3', 'step 4']);
  });

  it('leaves the list it was given alone', () => {
    const events = [stepAt(9), resumedAt(1)];
    effectiveEvents(events);
    assert.deepEqual(steps(events), ['step 9', 'resumed 1']);
  });
});

describe('JSON with figures', () => {
  it('keeps numbers that plain JSON would turn into null', () => {
    const value = { best: Number.NEGATIVE_INFINITY, losses: [1, Number.NaN], note: 'Infinite' };
    assert.deepEqual(decodeJson(encodeJson(value, 2)), value);
  });
});
