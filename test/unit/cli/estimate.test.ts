import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RunEstimate } from '../../../extension/trainer/run/estimateRun';
import { writeTinyDataset } from '../support/tinyDataset';

const config = {
  name: 'tiny',
  dataset: { name: 'idx', path: 'data', validationExamples: 20 },
  model: { name: 'mlp', layers: [8] },
  threat: { norm: 'linf', epsilon: 0.1 },
  attack: { steps: 2 },
  epochs: 5,
  batchSize: 16,
  evaluation: { steps: 3, final: { steps: 3 } },
  sharpness: { everyEpochs: 0 },
  compute: { engine: 'wasm' },
};

describe('run --estimate', () => {
  let folder: string;
  let file: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-estimate-'));
    file = path.join(folder, 'tiny.rat.json');
    await writeFile(file, JSON.stringify(config));
    await writeTinyDataset(path.join(folder, 'data'));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  const estimate = (...words: string[]) =>
    promisify(execFile)(process.execPath, [
      path.resolve('dist/trainer.js'),
      ...['run', file, '--workspace', folder, '--estimate', ...words],
    ]);

  it('adds up what each part of the run takes, and makes no run', async () => {
    for (const workers of [1, 2]) {
      const { stdout } = await estimate('--json', '--set', `compute.workers=${workers}`);
      const told = JSON.parse(stdout) as RunEstimate & { device: string };
      assert.equal(told.steps, 15);
      assert.equal(told.training, 15 * told.secondsPerStep);
      assert.equal(told.sharpness, 0);
      assert.ok(told.training > 0 && told.evaluation > 0 && told.test > 0);
      assert.equal(told.total, told.training + told.evaluation + told.test);
      assert.equal(/^2 workers/.test(told.device), workers === 2);
    }
    assert.ok(!existsSync(path.join(folder, '.rat')));
  });

  it('tells it in lines', async () => {
    const { stdout } = await estimate();
    assert.match(stdout, /^tiny: mlp, batch 16, .* on wasm/);
    assert.match(stdout, /training +\S+ +15 steps of \S+/);
    assert.match(stdout, /in all +\S+ +5 epochs/);
  });
});
