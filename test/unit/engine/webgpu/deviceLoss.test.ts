import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RunEvent } from '../../../../extension/contract/events';
import { effectiveEvents } from '../../../../extension/contract/metrics';
import { swiftShaderEnvironment } from '../../support/swiftShader';
import { writeTinyDataset } from '../../support/tinyDataset';

const config = {
  name: 'tiny',
  seed: 5,
  dataset: { name: 'idx', path: 'data', validationExamples: 20 },
  model: { name: 'preact-resnet-18', width: 1, blocks: [1, 1, 1, 1] },
  threat: { norm: 'linf', epsilon: 0.1 },
  attack: { steps: 1, stepSize: 0.1 },
  epochs: 1,
  batchSize: 10,
  evaluation: { everyEpochs: 1, examples: 20, steps: 1, final: { examples: 20, steps: 1 } },
  sharpness: { everyEpochs: 0 },
  examples: { everyEpochs: 0 },
  checkpoint: { everySteps: 2 },
  compute: { engine: 'webgpu', logEverySteps: 1, allowSoftwareAdapter: true },
};

describe('A training run on the webgpu engine', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-webgpu-'));
    await writeTinyDataset(path.join(folder, 'data'));
    await writeFile(path.join(folder, 'tiny.rat.json'), JSON.stringify(config));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** The trainer's events to its end; its first device is destroyed in this step. */
  async function train(workspace: string, step: number): Promise<RunEvent[]> {
    const preload = pathToFileURL(path.resolve('test/unit/engine/webgpu/support/loseDevice.mjs'));
    const trainer = path.resolve('dist/trainer.js');
    const file = path.join(folder, 'tiny.rat.json');
    const child = spawn(
      process.execPath,
      ['--import', preload.href, trainer, 'run', file, '--workspace', path.join(folder, workspace), '--json'],
      {
        env: { ...process.env, ...(await swiftShaderEnvironment()), LOSE_DEVICE_AT_STEP: String(step) },
        stdio: 'pipe',
      },
    );
    const [out, error] = [[] as string[], [] as string[]];
    child.stdout.setEncoding('utf8').on('data', text => out.push(text));
    child.stderr.setEncoding('utf8').on('data', text => error.push(text));
    const [code] = await once(child, 'close');
    assert.equal(code, 0, error.join(''));
    const lines = out.join('').split('\n');
    return lines.filter(line => line !== '').map(line => JSON.parse(line) as RunEvent);
  }

  it('goes on from its last checkpoint when the GPU is lost under it, and ends with the figures of an undisturbed one', async function () {
    // Two runs on a GPU that is computed by the processor.
    this.timeout(600_000);
    const undisturbed = await train('undisturbed', Number.POSITIVE_INFINITY);
    const disturbed = await train('disturbed', 4);
    const kinds = disturbed.map(({ type }) => type);
    assert.ok(kinds.includes('resumed'), kinds.join());
    const warnings = disturbed.flatMap(event => (event.type === 'message' ? [event.text] : []));
    const told = /^The GPU was lost .*It is opened again, and the run goes on from its last checkpoint\.$/s;
    assert.equal(warnings.filter(text => told.test(text)).length, 1, warnings.join());
    const figures = (events: readonly RunEvent[]) =>
      effectiveEvents([...events]).flatMap((event): unknown[] =>
        event.type === 'step'
          ? [[event.step, event.loss]]
          : event.type === 'evaluation'
            ? [event.robustLoss]
            : [],
      );
    assert.deepEqual(figures(disturbed), figures(undisturbed));
    assert.equal(disturbed.at(-1)?.type, 'ended');
  });
});
