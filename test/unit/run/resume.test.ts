import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunEvent } from '../../../extension/contract/events';
import { effectiveEvents, parseMetrics } from '../../../extension/contract/metrics';
import { loadCheckpoint } from '../../../extension/trainer/checkpoint/checkpointStore';
import { bytesOf, type NamedArray } from '../../../extension/trainer/checkpoint/namedArray';
import { integers } from '../../../extension/trainer/random/draws';
import { rootKey } from '../../../extension/trainer/random/key';
import { writeTinyDataset } from '../support/tinyDataset';
import { runTrainer } from '../support/trainerProcess';

/** Everything that carries state from step to step is on: batch norm, momentum, averaging, AWP, augmentation, noise. */
const config = {
  name: 'tiny',
  seed: 7,
  dataset: { name: 'idx', path: 'data', validationExamples: 20 },
  model: { name: 'preact-resnet-18', width: 2, blocks: [1, 1, 1, 1] },
  threat: { norm: 'linf', epsilon: 0.1 },
  attack: { steps: 2, stepSize: 0.05 },
  taylor: { order: 2, estimator: 'antithetic' },
  awp: { gamma: 0.005, warmupEpochs: 1 },
  optimizer: { learningRate: 0.05 },
  schedule: { name: 'cosine' },
  ema: { decay: 0.9 },
  augmentation: { cropPadding: 1, flip: true },
  epochs: 3,
  batchSize: 12,
  evaluation: { examples: 20, steps: 2, final: { examples: 20, steps: 2 } },
  sharpness: { examples: 12, directions: 2 },
  examples: { count: 2 },
  checkpoint: { everySteps: 2, everyMinutes: 0 },
  compute: { engine: 'wasm' },
};

describe('resuming a run', () => {
  let folder: string;
  let file: string;
  let uninterrupted: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-resume-'));
    file = path.join(folder, 'tiny.rat.json');
    await writeFile(file, JSON.stringify(config));
    await writeTinyDataset(path.join(folder, 'data'));
    const ended = await runTrainer([file, '--workspace', path.join(folder, 'whole')]);
    assert.equal(ended.code, 0, ended.stderr);
    uninterrupted = await onlyRun(path.join(folder, 'whole'));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it('repeats an uninterrupted run byte for byte after kill -9 at random points', async () => {
    const workspace = path.join(folder, 'killed');
    // After how many events each life of the trainer is killed; the first one before any checkpoint is made.
    const lives = [1, ...integers(rootKey(11), 5, 12)];
    const first = await runTrainer([file, '--workspace', workspace], killAfter(1));
    assert.equal(first.code, null, 'the first life ends by the kill');
    const run = await onlyRun(workspace);
    for (const life of lives.slice(1)) {
      await runTrainer(['--resume', path.basename(run), '--workspace', workspace], killAfter(life));
    }
    const last = await runTrainer(['--resume', path.basename(run), '--workspace', workspace]);
    assert.equal(last.code, 0, last.stderr);
    await assertSameRun(run, uninterrupted);
  });

  it('repeats an uninterrupted run after SIGTERM, which saves a checkpoint and ends with code 3', async () => {
    const workspace = path.join(folder, 'stopped');
    const stopped = await runTrainer([file, '--workspace', workspace], (event, child) => {
      if (event.type === 'step' && event.step === 7) child.kill('SIGTERM');
    });
    assert.equal(stopped.code, 3);
    const run = await onlyRun(workspace);
    const record = JSON.parse(await readFile(path.join(run, 'run.json'), 'utf8'));
    assert.equal(record.status, 'stopped');
    const checkpoint = await loadCheckpoint(path.join(run, 'checkpoints'), 'last');
    assert.equal(checkpoint?.state.step, record.step, 'nothing is lost by an orderly stop');

    const resumed = await runTrainer(['--resume', run, '--workspace', workspace]);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.equal(resumed.events[0]?.type, 'resumed');
    await assertSameRun(run, uninterrupted);
  });

  it('refuses to resume a finished run, or one with another config', async () => {
    const again = await runTrainer(['--resume', uninterrupted]);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /has finished/);
    const changed = await runTrainer(['--resume', uninterrupted, '--epochs', '9']);
    assert.equal(changed.code, 2);
    assert.match(changed.stderr, /leave out --epochs/);
  });
});

function killAfter(events: number) {
  let seen = 0;
  return (_event: RunEvent, child: { kill(signal: 'SIGKILL'): boolean }) => {
    if (seen++ === events) child.kill('SIGKILL');
  };
}

async function onlyRun(workspace: string): Promise<string> {
  const runs = path.join(workspace, '.rat/runs');
  const [only, ...others] = await readdir(runs);
  assert.ok(only && others.length === 0, 'one run folder');
  return path.join(runs, only);
}

/** Weights, statistics, momentum, averages, best weights, and every figure of every event. */
async function assertSameRun(run: string, expected: string): Promise<void> {
  for (const name of ['last', 'best'] as const) {
    const [found, wanted] = await Promise.all(
      [run, expected].map(folder => loadCheckpoint(path.join(folder, 'checkpoints'), name)),
    );
    assert.ok(found && wanted);
    assertSameArrays(found.weights, wanted.weights);
    if (wanted.optimizer) assertSameArrays(found.optimizer ?? new Map(), wanted.optimizer);
  }
  assert.deepEqual(await figures(run), await figures(expected));
}

function assertSameArrays(
  found: ReadonlyMap<string, NamedArray>,
  wanted: ReadonlyMap<string, NamedArray>,
): void {
  assert.deepEqual([...found.keys()].sort(), [...wanted.keys()].sort());
  for (const [name, array] of wanted) {
    const other = found.get(name);
    assert.ok(other && Buffer.compare(bytesOf(other), bytesOf(array)) === 0, `${name} differs`);
  }
}

/** The events that a reader shows, without what a clock wrote and without the traces of interruptions. */
async function figures(run: string): Promise<unknown[]> {
  const { events, damagedLines } = parseMetrics(await readFile(path.join(run, 'metrics.jsonl'), 'utf8'));
  assert.ok(damagedLines <= 8, 'at most one torn line a kill');
  const clocks = new Set(['time', 'seconds', 'imagesPerSecond']);
  return effectiveEvents(events)
    .filter(({ type }) => ['step', 'epoch', 'evaluation', 'sharpness', 'examples'].includes(type))
    .map(event => Object.fromEntries(Object.entries(event).filter(([field]) => !clocks.has(field))));
}
