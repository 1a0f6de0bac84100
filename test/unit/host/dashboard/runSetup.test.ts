import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { lossWeights, readRunSetup, readRunState } from '../../../../extension/host/dashboard/runSetup';

const config = {
  name: 'digits',
  objective: { name: 'trades', beta: 6 },
  taylor: { order: 2, alpha: 0.2, secondWeight: 0.5 },
};

describe('the setup of a run', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'randomized-at-setup-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('has the weights with which the terms add up to the loss', () => {
    assert.deepEqual(lossWeights(config), { natural: 0.8, robust: 6, first: 0.2, second: 0.1 });
    assert.deepEqual(lossWeights({ ...config, taylor: { ...config.taylor, order: 1 } }), {
      natural: 0.8,
      robust: 6,
      first: 0.2,
      second: 0,
    });
    assert.deepEqual(lossWeights({ ...config, taylor: { ...config.taylor, order: 0 } }), {
      natural: 1,
      robust: 6,
      first: 0,
      second: 0,
    });
    assert.equal(lossWeights({}), undefined);
  });

  it('is read from config.json', async () => {
    await writeFile(path.join(folder, 'config.json'), JSON.stringify({ config }));
    const setup = await readRunSetup(folder);
    assert.equal(setup.name, 'digits');
    assert.equal(setup.objective, 'trades');
    assert.deepEqual(setup.config, config);
  });

  it('of a damaged folder is its name', async () => {
    await writeFile(path.join(folder, 'config.json'), '{"config": ');
    const setup = await readRunSetup(folder);
    assert.equal(setup.name, path.basename(folder));
    assert.equal(setup.lossWeights, undefined);
  });

  it('has the state of its record, and is interrupted without one', async () => {
    const connection = { live: false, paused: false };
    assert.equal((await readRunState(folder, connection)).status, 'interrupted');
    const record = { status: 'failed', reason: 'The loss is not a number.' };
    await writeFile(path.join(folder, 'run.json'), JSON.stringify(record));
    assert.deepEqual(await readRunState(folder, connection), { ...record, ...connection });
  });
});
