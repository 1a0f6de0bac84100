import assert from 'node:assert/strict';
import { appendFile, mkdtemp, open, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunNews } from '../../../../extension/contract/dashboard';
import type { RunEvent } from '../../../../extension/contract/events';
import { effectiveEvents, formatEvent, parseMetrics } from '../../../../extension/contract/metrics';
import { stepRecordBytes } from '../../../../extension/contract/stepIndex';
import { beginning, RunHistory } from '../../../../extension/host/dashboard/runHistory';
import { MetricsFile } from '../../../../extension/host/runs/metricsFile';
import { openStepIndex } from '../../../../extension/host/runs/stepIndexFile';
import { openMetricsWriter } from '../../../../extension/trainer/run/folder/metricsWriter';
import { at, started, steps, trained, validated } from '../dashboard/events';

const resumed = (step: number): RunEvent => ({
  type: 'resumed',
  engine: 'wasm',
  device: 'd',
  ...at(step, 1000 + step),
});

describe('the steps of a run as numbers beside metrics.jsonl', () => {
  let folder = '';
  let metrics = '';
  let index = '';

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-steps-'));
    metrics = path.join(folder, 'metrics.jsonl');
    index = path.join(folder, 'metrics.steps');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A session of a trainer, with a flush now and then; `kill` leaves its files as they are before its end. */
  async function train(events: readonly RunEvent[], { kill = false } = {}): Promise<void> {
    const writer = await openMetricsWriter(metrics);
    for (const [i, event] of events.entries()) {
      writer.append(event);
      if (i % 7 === 0) await writer.flush();
    }
    await writer.flush();
    const killed = kill ? await Promise.all([readFile(metrics), readFile(index)]) : undefined;
    await writer.close();
    if (!killed) return;
    await writeFile(metrics, killed[0]);
    await writeFile(index, killed[1]);
  }

  async function shown(): Promise<RunNews> {
    const history = new RunHistory();
    for await (const piece of new MetricsFile(metrics).readAll()) history.appendPiece(piece);
    return history.since(beginning);
  }

  /** What is shown without the numbers, from JSON. */
  async function truth(): Promise<RunNews> {
    const history = new RunHistory();
    history.append(effectiveEvents(parseMetrics(await readFile(metrics, 'utf8')).events));
    return history.since(beginning);
  }

  async function isUsed(): Promise<boolean> {
    const handle = await open(metrics);
    try {
      const found = await openStepIndex(metrics, handle, Number.POSITIVE_INFINITY);
      await found?.close();
      return found !== undefined;
    } finally {
      await handle.close();
    }
  }

  async function assertShown(rows: number, used: boolean): Promise<void> {
    assert.equal(await isUsed(), used);
    const news = await shown();
    assert.equal(news.tables.steps.rows, rows);
    assert.deepEqual(news, await truth());
  }

  it('show the run that the lines tell', async () => {
    await train([started, ...steps(1, 40), validated(40, 0.5), ...steps(41, 60), validated(60, 0.6)]);
    await assertShown(60, true);
    const { size } = await stat(index);
    assert.equal(size % stepRecordBytes, 0);
  });

  it('show the steps of a resumed run once, with the time of its sessions', async () => {
    await train([started, ...steps(1, 30)]);
    await train([resumed(20), ...steps(21, 25).map(({ step }) => trained(step, 2000 + step))], {
      kill: true,
    });
    await train([resumed(22), trained(23, 5000), validated(23, 0.4), trained(24, 5001)]);
    await assertShown(24, true);
  });

  it('go on in a run whose trainer was killed in a line', async () => {
    await train([started, ...steps(1, 30)], { kill: true });
    await appendFile(metrics, '{"type":"step","loss":{"total":0.5');
    await train([resumed(30), ...steps(31, 40)]);
    await assertShown(40, true);
  });

  it('are begun in the middle of a run that had none', async () => {
    await writeFile(metrics, [started, ...steps(1, 30)].map(formatEvent).join(''));
    await train([resumed(30), ...steps(31, 40)]);
    await assertShown(40, true);
  });

  it('may end early, anywhere', async () => {
    await train([started, ...steps(1, 40)]);
    const { size } = await stat(index);
    for (let bytes = size; bytes >= 0; bytes -= 37) {
      await truncate(index, bytes);
      assert.deepEqual(await shown(), await truth());
    }
    await rm(index);
    await assertShown(40, false);
  });

  it('are not believed beyond the end of a file that was cut', async () => {
    await train([started, ...steps(1, 40)]);
    const { size } = await stat(metrics);
    for (let bytes = size; bytes >= 0; bytes -= 101) {
      await truncate(metrics, bytes);
      assert.deepEqual(await shown(), await truth());
    }
  });

  it('are not believed when they belong to another file', async () => {
    await train([started, ...steps(1, 40)]);
    const other = [started, ...steps(1, 80).map(({ step }) => ({ ...trained(step), learningRate: 0.2 }))];
    await writeFile(metrics, other.map(formatEvent).join(''));
    await assertShown(80, false);
    await writeFile(metrics, other.slice(0, 11).map(formatEvent).join(''));
    await assertShown(10, false);
  });

  it('are not believed when the file was changed after its end', async () => {
    await train([started, ...steps(1, 400)]);
    const text = await readFile(metrics, 'utf8');
    await writeFile(metrics, text.replace('"step":57,', '"step":5x,'));
    await utimes(metrics, new Date(), new Date(Date.now() + 10_000));
    await assertShown(399, false);
  });

  it('are not believed when they are something else', async () => {
    await train([started, ...steps(1, 40)]);
    await writeFile(index, 'once upon a time '.repeat(100));
    await assertShown(40, false);
    await train([resumed(40), ...steps(41, 50)]);
    await assertShown(50, true);
  });

  it('skip what a crash of the machine has emptied', async () => {
    await train([started, ...steps(1, 40)]);
    const { size } = await stat(index);
    await truncate(index, size - 10 * stepRecordBytes);
    await truncate(index, size);
    assert.deepEqual(await shown(), await truth());
  });

  it('leave a broken line among them out', async () => {
    const lines = [started, ...steps(1, 40)].map(formatEvent);
    await writeFile(metrics, `${lines.slice(0, 20).join('')}{"type":"st\0ep"\n${lines.slice(20).join('')}`);
    await train([resumed(40), ...steps(41, 50)]);
    await assertShown(50, true);
  });
});
