import assert from 'node:assert/strict';
import { mkdir, readFile, stat } from 'node:fs/promises';
import type { RunEvent } from '../../../../extension/contract/events';
import { formatEvent } from '../../../../extension/contract/metrics';
import { stepRecordBytes } from '../../../../extension/contract/stepIndex';
import { MetricsWriter, openMetricsWriter } from '../../../../extension/trainer/run/folder/metricsWriter';
import { StepIndexWriter } from '../../../../extension/trainer/run/folder/stepIndexWriter';
import { temporaryFolder } from './temporaryFolder';

const trained = (step: number): RunEvent => ({
  type: 'step',
  loss: { total: 1 / step, zeroth: 1, natural: 1 },
  learningRate: 0.1,
  imagesPerSecond: 50,
  step,
  epoch: step / 10,
  time: '2023-06-18T12:00:00.000Z',
});

class Disk {
  bytes = 0;
  closed = false;
  isFull = false;
  attempts = 0;

  async write(bytes: Uint8Array, position: number): Promise<void> {
    this.attempts += 1;
    if (this.isFull) throw Object.assign(new Error('write'), { code: 'ENOSPC' });
    this.bytes = position + bytes.byteLength;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

describe('writing metrics.steps', () => {
  const folder = temporaryFolder();

  it('never stops training: on a full disk it is given up, and metrics.jsonl goes on', async () => {
    const lines = Object.assign(new Disk(), { path: '/runs/metrics.jsonl' });
    const numbers = new Disk();
    const index = new StepIndexWriter(numbers, stepRecordBytes, 0);
    const writer = new MetricsWriter(lines, 0, false, index);
    writer.append(trained(1));
    await writer.flush();
    numbers.isFull = true;
    writer.append(trained(2));
    await writer.flush();
    numbers.isFull = false;
    writer.append(trained(3));
    await writer.flush();
    await writer.close();
    assert.equal(lines.bytes, [1, 2, 3].map(step => formatEvent(trained(step))).join('').length);
    assert.equal(numbers.bytes, 2 * stepRecordBytes, 'what was written before still fits');
    assert.equal(numbers.attempts, 2);
    assert.equal(numbers.closed, true);
  });

  it('waits for the lines it belongs to', async () => {
    const lines = Object.assign(new Disk(), { path: '/runs/metrics.jsonl', isFull: true });
    const numbers = new Disk();
    const writer = new MetricsWriter(lines, 0, false, new StepIndexWriter(numbers, stepRecordBytes, 0));
    writer.append(trained(1));
    await assert.rejects(writer.flush());
    assert.equal(numbers.attempts, 0);
    lines.isFull = false;
    await writer.flush();
    assert.equal(numbers.bytes, 2 * stepRecordBytes);
    await writer.close();
  });

  it('does without where it cannot be opened', async () => {
    const file = folder.file('metrics.jsonl');
    await mkdir(folder.file('metrics.steps'));
    const writer = await openMetricsWriter(file);
    writer.append(trained(1));
    await writer.close();
    assert.equal(await readFile(file, 'utf8'), formatEvent(trained(1)));
    assert.ok((await stat(folder.file('metrics.steps'))).isDirectory());
  });
});
