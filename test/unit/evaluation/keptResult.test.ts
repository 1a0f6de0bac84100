import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseMeasurement, type StoredMeasurement } from '../../../extension/contract/measurement';
import { isProcessAlive } from '../../../extension/contract/processIdentity';
import { KeptResult } from '../../../extension/trainer/evaluation/keptResult';
import { StopRequested } from '../../../extension/trainer/run/stop';

const result: StoredMeasurement = {
  kind: 'robustness',
  version: 1,
  status: 'running',
  name: 'fgsm',
  engine: 'cpu',
  device: 'a test',
  startedAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  seconds: 0,
};

const standing = { stage: 'square', fraction: 0.25, seconds: 3, secondsLeft: 9 };

describe('The file of a result while it is made', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-kept-'));
    file = path.join(folder, 'fgsm.json');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const stored = async () => parseMeasurement(await readFile(file, 'utf8')) ?? assert.fail('no result');

  it('names the process at work and how far it is', async () => {
    const kept = new KeptResult(file);
    kept.stand(standing);
    await kept.save(result);
    const { process, ...rest } = await stored();
    assert.deepEqual(rest, { ...result, standing });
    assert.ok(process && isProcessAlive(process));
  });

  it('is written again between saves with how far the work is, and not too often', async () => {
    const eager = new KeptResult(file, 0);
    await eager.save(result);
    eager.stand(standing);
    await eager.save({ ...result, name: 'the next' });
    assert.equal((await stored()).name, 'the next', 'a save comes after the writes before it');
    eager.stand({ ...standing, fraction: 0.5 });
    await eager.save({ ...result, name: 'the last' });
    assert.equal((await stored()).standing?.fraction, 0.5);

    const lazy = new KeptResult(file, Number.POSITIVE_INFINITY);
    await lazy.save(result);
    lazy.stand(standing);
    await lazy.during(async () => undefined);
    assert.equal((await stored()).standing, undefined);
  });

  it('has neither process nor standing once it has finished', async () => {
    const kept = new KeptResult(file);
    await kept.save(result);
    kept.stand(standing);
    await kept.save({ ...result, status: 'finished' });
    assert.deepEqual(await stored(), { ...result, status: 'finished' });
  });

  it('says that nobody is at work after a stop, and why after a failure', async () => {
    for (const [error, failure] of [
      [new StopRequested(), undefined],
      [new Error('The disk is full. Make room.'), 'The disk is full. Make room.'],
    ] as const) {
      const kept = new KeptResult(file);
      kept.stand(standing);
      await kept.save(result);
      await assert.rejects(
        kept.during(() => Promise.reject(error)),
        error,
      );
      const { updatedAt, ...rest } = await stored();
      assert.ok(updatedAt > result.updatedAt);
      const { updatedAt: _before, ...expected } = { ...result, standing };
      assert.deepEqual(rest, failure === undefined ? expected : { ...expected, failure });
    }
  });
});
