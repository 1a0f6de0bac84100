import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { RunEvent } from '../../../../extension/contract/events';
import { formatEvent } from '../../../../extension/contract/metrics';
import { runCsv } from '../../../../extension/host/dashboard/csv';
import { at, started, steps, trained, validated } from './events';

describe('a run as CSV', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'randomized-at-csv-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function rowsOf(events: readonly RunEvent[]): Promise<Record<string, string>[]> {
    await writeFile(path.join(folder, 'metrics.jsonl'), events.map(formatEvent).join(''));
    let text = '';
    for await (const piece of runCsv(folder)) text += piece;
    const [header = '', ...lines] = text.trimEnd().split('\n');
    const names = header.split(',');
    return lines.map(line => {
      const cells = line.split(',');
      assert.equal(cells.length, names.length, line);
      return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
    });
  }

  it('has one row a step, with what was measured at it in the same row', async () => {
    const rows = await rowsOf([started, ...steps(1, 10), validated(10, 0.5), ...steps(11, 12)]);
    assert.deepEqual(
      rows.map(row => row['step']),
      Array.from({ length: 12 }, (_, i) => String(i + 1)),
    );
    assert.equal(rows[9]?.['validation.robustAccuracy'], '0.5');
    assert.equal(rows[9]?.['step.natural'], '0.3');
    assert.equal(rows[8]?.['validation.robustAccuracy'], '');
    assert.equal(rows[0]?.['step.robust'], '');
  });

  it('leaves out the steps that a resume took back', async () => {
    const resumed = (step: number): RunEvent => ({
      type: 'resumed',
      engine: 'wasm',
      device: 'd',
      ...at(step),
    });
    const again = { ...trained(5), learningRate: 0.01 };
    const rows = await rowsOf([started, ...steps(1, 8), resumed(6), ...steps(7, 9), resumed(4), again]);
    assert.deepEqual(
      rows.map(row => row['step']),
      ['1', '2', '3', '4', '5'],
    );
    assert.equal(rows[4]?.['step.learningRate'], '0.01');
  });

  it('keeps a diverged loss', async () => {
    const diverged = {
      ...trained(1),
      loss: { total: Number.NaN, zeroth: Number.POSITIVE_INFINITY, natural: 1 },
    };
    const rows = await rowsOf([started, diverged]);
    assert.equal(rows[0]?.['step.total'], 'NaN');
    assert.equal(rows[0]?.['step.zeroth'], 'Infinity');
  });

  it('has the test figures with the last step', async () => {
    const test = { ...validated(3, 0.4), split: 'test' } as RunEvent;
    const rows = await rowsOf([started, ...steps(1, 3), test]);
    assert.equal(rows[2]?.['test.robustAccuracy'], '0.4');
  });
});
