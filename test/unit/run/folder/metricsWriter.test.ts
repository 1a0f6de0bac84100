import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import type { RunEvent } from '../../../../extension/contract/events';
import { formatEvent, parseMetrics } from '../../../../extension/contract/metrics';
import {
  flushInterval,
  type MetricsFile,
  MetricsWriter,
  openMetricsWriter,
} from '../../../../extension/trainer/run/folder/metricsWriter';
import { temporaryFolder } from './temporaryFolder';

const message = (step: number, text = 'schön'): RunEvent => ({
  type: 'message',
  level: 'info',
  text,
  step,
  epoch: 0,
  time: '2023-06-18T12:00:00.000Z',
});

const lines = (...steps: number[]) => steps.map(step => formatEvent(message(step))).join('');

/** A file in memory whose disk can be full: then it takes the first bytes only. */
class MemoryFile implements MetricsFile {
  readonly path = '/runs/metrics.jsonl';
  content = Buffer.alloc(0);
  freeBytes = Number.POSITIVE_INFINITY;
  writes = 0;
  closed = false;
  readonly #events = new EventEmitter();

  /** Resolves after the next write, when the writer knows its outcome. */
  async nextWrite(): Promise<void> {
    await once(this.#events, 'write');
    await new Promise(setImmediate);
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    this.writes += 1;
    this.#events.emit('write');
    const fits = bytes.subarray(0, Math.min(bytes.byteLength, this.freeBytes));
    const grown = Buffer.alloc(Math.max(this.content.byteLength, position + fits.byteLength));
    grown.set(this.content);
    grown.set(fits, position);
    this.content = grown;
    if (fits.byteLength < bytes.byteLength) throw Object.assign(new Error('write'), { code: 'ENOSPC' });
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  get text(): string {
    return this.content.toString('utf8');
  }
}

describe('writing metrics.jsonl', () => {
  const folder = temporaryFolder();

  it('has every event in order after a flush, and goes on where the file ended', async () => {
    const file = folder.file('metrics.jsonl');
    const writer = await openMetricsWriter(file);
    writer.append(message(1));
    writer.append(message(2));
    await writer.flush();
    assert.equal(await readFile(file, 'utf8'), lines(1, 2));
    writer.append(message(3));
    await writer.close();

    const resumed = await openMetricsWriter(file);
    resumed.append(message(4));
    await resumed.close();
    assert.equal(await readFile(file, 'utf8'), lines(1, 2, 3, 4));
  });

  it('closes a torn last line, so that only that line is lost', async () => {
    const file = folder.file('metrics.jsonl');
    await writeFile(file, `${lines(1)}{"type":"step","st`);
    const writer = await openMetricsWriter(file);
    writer.append(message(2));
    await writer.close();
    assert.deepEqual(parseMetrics(await readFile(file, 'utf8')), {
      events: [message(1), message(2)],
      damagedLines: 1,
    });
  });

  it('leaves the file alone when nothing is appended', async () => {
    const file = folder.file('metrics.jsonl');
    await writeFile(file, 'torn');
    await (await openMetricsWriter(file)).close();
    assert.equal(await readFile(file, 'utf8'), 'torn');
  });

  it('writes by itself within 100 ms, many events at once', async () => {
    const file = new MemoryFile();
    const writer = new MetricsWriter(file, 0, false);
    for (let step = 1; step <= 50; step++) writer.append(message(step));
    assert.equal(flushInterval, 100);
    assert.equal(file.writes, 0);
    await file.nextWrite();
    assert.equal(file.writes, 1);
    assert.equal(parseMetrics(file.text).events.length, 50);
    await writer.close();
  });

  it('does not interleave overlapping flushes', async () => {
    const file = folder.file('metrics.jsonl');
    const writer = await openMetricsWriter(file);
    const flushes: Promise<void>[] = [];
    const steps = Array.from({ length: 200 }, (_, index) => index);
    for (const step of steps) {
      writer.append(message(step, 'x'.repeat(step * 10)));
      flushes.push(writer.flush());
    }
    await Promise.all(flushes);
    await writer.close();
    const { events, damagedLines } = parseMetrics(await readFile(file, 'utf8'));
    assert.deepEqual(
      events.map(event => event.step),
      steps,
    );
    assert.equal(damagedLines, 0);
  });

  it('tells a full disk once, at the next append, and loses no event when space is free again', async () => {
    const file = new MemoryFile();
    const writer = new MetricsWriter(file, 0, false);
    writer.append(message(1));
    await writer.flush();

    file.freeBytes = 20;
    writer.append(message(2));
    await file.nextWrite();
    assert.throws(() => writer.append(message(3)), /metrics\.jsonl could not be written: the disk is full/);
    writer.append(message(4));

    file.freeBytes = Number.POSITIVE_INFINITY;
    await writer.flush();
    assert.equal(file.text, lines(1, 2, 3, 4));
    await writer.close();
  });

  it('tells a full disk at flush and at close, and closes the file all the same', async () => {
    const file = new MemoryFile();
    file.freeBytes = 0;
    const writer = new MetricsWriter(file, 0, false);
    writer.append(message(1));
    await assert.rejects(writer.flush(), /the disk is full/);
    await assert.rejects(writer.close(), /the disk is full/);
    assert.ok(file.closed);
    await writer.close();
    assert.throws(() => writer.append(message(2)), /closed/);
  });

  it('names a file that cannot be opened', async () => {
    await assert.rejects(openMetricsWriter(folder.file('missing/metrics.jsonl')), /metrics\.jsonl could not/);
  });
});
