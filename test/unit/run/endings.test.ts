import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunEvent } from '../../../extension/contract/events';
import { parseMetrics } from '../../../extension/contract/metrics';
import { writeTinyDataset } from '../support/tinyDataset';
import { runTrainer } from '../support/trainerProcess';

const config = {
  name: 'tiny',
  dataset: { name: 'idx', path: 'data', validationExamples: 20 },
  model: { name: 'preact-resnet-18', width: 2, blocks: [1, 1, 1, 1] },
  threat: { norm: 'linf', epsilon: 0.1 },
  attack: { steps: 1 },
  optimizer: { learningRate: 0.05 },
  schedule: { name: 'constant' },
  epochs: 2,
  batchSize: 20,
  evaluation: { examples: 20, steps: 1, final: { examples: 20, steps: 1 } },
  sharpness: { examples: 20, directions: 2 },
  examples: { count: 2 },
  compute: { engine: 'wasm' },
};

describe('how a run ends', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-endings-'));
    await writeTinyDataset(path.join(folder, 'data'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function start(changes: Record<string, unknown>) {
    const file = path.join(folder, 'tiny.rat.json');
    await writeFile(file, JSON.stringify({ ...config, ...changes }));
    return runTrainer([file, '--workspace', folder]);
  }

  async function runPath(): Promise<string> {
    const [name = ''] = await readdir(path.join(folder, '.rat/runs'));
    return path.join(folder, '.rat/runs', name);
  }

  it('leaves a folder that tells everything: engine, figures, checkpoints, pictures, the test measurement', async () => {
    const { code, events, stderr } = await start({});
    assert.equal(code, 0, stderr);
    const run = await runPath();
    const record = JSON.parse(await readFile(path.join(run, 'run.json'), 'utf8'));
    assert.equal(record.status, 'finished');
    assert.equal(record.engine, 'wasm');
    assert.match(record.device, /WebAssembly/);
    assert.equal(record.step, 6);
    assert.equal(record.process, undefined);
    assert.deepEqual(Object.keys(record.test).sort(), [
      'attack',
      'cleanAccuracy',
      'epoch',
      'examples',
      'robustAccuracy',
      'step',
    ]);
    for (const file of [
      'config.json',
      'checkpoints/last.safetensors',
      'checkpoints/last.optimizer.safetensors',
      'checkpoints/best.safetensors',
      'evaluations/final.json',
      'examples/epoch-0002.png',
    ]) {
      assert.ok(existsSync(path.join(run, file)), `${file} is missing`);
    }
    const stored = parseMetrics(await readFile(path.join(run, 'metrics.jsonl'), 'utf8')).events;
    assert.deepEqual(stored, events, 'the file holds what went over the wire');
  });

  it('tells at its end how long everything took, the test measurement included', async () => {
    const { events } = await start({});
    const record = JSON.parse(await readFile(path.join(await runPath(), 'run.json'), 'utf8'));
    const parts = events.flatMap(event =>
      event.type === 'epoch' || event.type === 'evaluation' || event.type === 'sharpness'
        ? [event.seconds]
        : [],
    );
    const [ended] = events.filter(event => event.type === 'ended');
    assert.ok(ended && ended.seconds >= parts.reduce((total, part) => total + part, 0), `${ended?.seconds}`);
    assert.equal(record.seconds, ended.seconds);
  });

  it('chooses the best weights by validation figures; the test set is looked at once, at the end', async () => {
    const { events } = await start({ epochs: 3 });
    const evaluations = events.filter(event => event.type === 'evaluation');
    assert.deepEqual(
      evaluations.map(({ split }) => split),
      ['validation', 'validation', 'validation', 'test'],
    );
    const validation = evaluations.slice(0, 3).map(({ robustAccuracy }) => robustAccuracy);
    const best = events.filter(event => event.type === 'checkpoint').filter(({ name }) => name === 'best');
    assert.equal(best.at(-1)?.robustAccuracy, Math.max(...validation));
    const record = JSON.parse(await readFile(path.join(await runPath(), 'run.json'), 'utf8'));
    assert.equal(record.test.step, best.at(-1)?.step);
  });

  it('tells each term of the loss, and they add up to the total', async () => {
    const { events } = await start({ objective: { name: 'trades', beta: 6 }, taylor: { order: 2 } });
    const steps = events.filter(event => event.type === 'step');
    assert.equal(steps.length, 6);
    for (const { loss } of steps) {
      const { natural, robust = Number.NaN, first = Number.NaN, second = Number.NaN } = loss;
      const total = 0.8 * natural + 0.2 * first + 0.1 * second + 6 * robust;
      assert.ok(Math.abs(total - loss.total) < 1e-5 * loss.total);
      assert.ok(Math.abs(natural + 6 * robust - loss.zeroth) < 1e-6 * loss.zeroth);
    }
  });

  it('stops early when validation robust accuracy no longer rises', async () => {
    const { code, events } = await start({
      epochs: 30,
      optimizer: { learningRate: 1e-12, weightDecay: 0 },
      earlyStopping: { patience: 2 },
    });
    assert.equal(code, 0);
    const epochs = events.filter(event => event.type === 'epoch').length;
    assert.ok(epochs < 30);
    assert.ok(events.some(event => event.type === 'message' && /Stopped early/.test(event.text)));
    assert.equal(events.at(-1)?.type, 'ended');
  });

  it('stops at NaN naming the loss term, the step, the tensor and the last good checkpoint', async () => {
    const { code, stderr, events } = await start({
      epochs: 20,
      optimizer: { learningRate: 1e18 },
      checkpoint: { everySteps: 1 },
    });
    assert.equal(code, 1);
    assert.match(stderr, /Training diverged: the \w+ loss is (NaN|-?Infinity) at step \d+/);
    assert.match(
      stderr,
      /(weights|gradient of|batch-norm statistic) [\w.]+ the first tensor that is not finite/,
    );
    assert.match(stderr, /checkpoints\/last, of step \d+/);
    assert.match(stderr, /optimizer\.learningRate/);
    const ended = events.at(-1);
    assert.ok(ended?.type === 'ended' && ended.status === 'failed');
    const record = JSON.parse(await readFile(path.join(await runPath(), 'run.json'), 'utf8'));
    assert.equal(record.status, 'failed');
    assert.match(record.reason, /diverged/);
  });

  it('refuses a bad config before anything is created, with file, line, column and what is allowed', async () => {
    const { code, stderr } = await start({ objective: { name: 'tradess' } });
    assert.equal(code, 2);
    assert.match(stderr, /tiny\.rat\.json:1:\d+: error: objective\.name: .*"tradess".*trades/);
    assert.ok(!existsSync(path.join(folder, '.rat')));
  });

  it('refuses a config that does not fit its data before anything is created', async () => {
    const { code, stderr } = await start({ batchSize: 61 });
    assert.equal(code, 2);
    assert.match(stderr, /batchSize/);
    assert.ok(!existsSync(path.join(folder, '.rat')));
  });

  it('names the file when damaged data stops it, and creates nothing', async () => {
    await writeFile(path.join(folder, 'data/train-images-idx3-ubyte'), Buffer.from([0, 0, 8, 3, 0, 0]));
    const { code, stderr } = await start({});
    assert.equal(code, 1);
    assert.match(stderr, /train-images-idx3-ubyte/);
    assert.ok(!existsSync(path.join(folder, '.rat')));
  });

  it('says which file could not be written when the disk takes no more, and keeps what was there', async () => {
    const file = path.join(folder, 'tiny.rat.json');
    await writeFile(file, JSON.stringify({ ...config, epochs: 50, checkpoint: { everySteps: 1 } }));
    // The shell's limit on file sizes (in KiB) stands for a full disk: metrics.jsonl is what outgrows it.
    const command = `ulimit -f 40; exec "${process.execPath}" dist/trainer.js run "${file}" --workspace "${folder}" --json`;
    const child = spawn('bash', ['-c', command], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', chunk => {
      stderr += chunk;
    });
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 1, stderr);
    const run = await runPath();
    assert.match(stderr, new RegExp(`${run}.*(too large|limit|full|EFBIG)`, 'i'));
    const events: readonly RunEvent[] = parseMetrics(
      await readFile(path.join(run, 'metrics.jsonl'), 'utf8'),
    ).events;
    assert.ok(events.length > 10, 'what was measured before is there');
    const resumable = JSON.parse(await readFile(path.join(run, 'checkpoints/last.state.json'), 'utf8'));
    assert.ok(resumable.step > 0);
  });
});
