import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunEvent } from '../../../extension/contract/events';
import { writeTinyDataset } from '../support/tinyDataset';
import { type Ended, runTrainer } from '../support/trainerProcess';

/** All that carries state is on, and 13 images do not divide evenly. */
const config = {
  name: 'tiny',
  seed: 7,
  dataset: { name: 'idx', path: 'data', validationExamples: 20 },
  model: { name: 'preact-resnet-18', width: 2, blocks: [1, 1, 1, 1] },
  threat: { norm: 'linf', epsilon: 0.1 },
  attack: { steps: 2, stepSize: 0.05 },
  taylor: { order: 2 },
  awp: { gamma: 0.005 },
  optimizer: { learningRate: 0.05 },
  ema: { decay: 0.9 },
  augmentation: { cropPadding: 1, flip: true, cutout: 4 },
  epochs: 2,
  batchSize: 13,
  evaluation: { examples: 20, steps: 2, final: { examples: 20, steps: 2 } },
  sharpness: { everyEpochs: 0 },
  checkpoint: { everySteps: 2, everyMinutes: 0 },
  compute: { engine: 'wasm', workers: 2 },
};

/** Remembers the workers that a trainer starts, and ends the second one at SIGUSR2. */
const mortal = `--import=data:text/javascript,${encodeURIComponent(
  "const born=[];process.on('worker',w=>born.push(w));process.on('SIGUSR2',()=>born[1]?.terminate())",
)}`;

describe('a run on two workers', () => {
  let folder: string;
  let file: string;
  let whole: Ended;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-workers-'));
    file = path.join(folder, 'tiny.rat.json');
    await writeFile(file, JSON.stringify(config));
    await writeTinyDataset(path.join(folder, 'data'));
    whole = await train('whole');
    assert.equal(whole.code, 0, whole.stderr);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  const train = (workspace: string, onEvent?: Parameters<typeof runTrainer>[1], nodeOptions = '') =>
    runTrainer([file, '--workspace', path.join(folder, workspace)], onEvent, { NODE_OPTIONS: nodeOptions });

  async function resume(workspace: string): Promise<Ended> {
    const [run = ''] = await readdir(path.join(folder, workspace, '.rat/runs'));
    return runTrainer(['--resume', run, '--workspace', path.join(folder, workspace)]);
  }

  it('says so, and repeats itself bit for bit', async () => {
    const [started] = whole.events;
    assert.ok(started?.type === 'started');
    assert.match(started.device, /^2 workers, each .*WebAssembly/);
    const again = await train('again');
    assert.deepEqual(figures(again.events), figures(whole.events));
  });

  it('goes on bit for bit after kill -9', async () => {
    const killed = await train('killed', (event, child) => {
      if (event.type === 'step' && event.step === 6) child.kill('SIGKILL');
    });
    assert.equal(killed.code, null);
    const resumed = await resume('killed');
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.deepEqual(figures(resumed.events), laterThan(4, whole));
  });

  it('ends when a worker dies, says which, keeps every step, and goes on bit for bit', async () => {
    const failed = await train(
      'mourned',
      (event, child) => {
        if (event.type === 'step' && event.step === 5) child.kill('SIGUSR2');
      },
      mortal,
    );
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /Worker 2 of 2 ended unexpectedly/);
    const ended = failed.events.at(-1);
    assert.ok(ended?.type === 'ended' && ended.status === 'failed');
    const saved = failed.events.findLast(event => event.type === 'checkpoint');
    assert.equal(saved?.step, ended.step, 'the checkpoint is of the last step');
    const resumed = await resume('mourned');
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.deepEqual(figures(resumed.events), laterThan(ended.step, whole));
  });

  it('stops after the current step on SIGTERM, with a checkpoint', async () => {
    const stopped = await train('stopped', (event, child) => {
      if (event.type === 'step' && event.step === 3) child.kill('SIGTERM');
    });
    assert.equal(stopped.code, 3);
    const [run = ''] = await readdir(path.join(folder, 'stopped', '.rat/runs'));
    const record = path.join(folder, 'stopped', '.rat/runs', run, 'run.json');
    assert.equal(JSON.parse(await readFile(record, 'utf8')).status, 'stopped');
  });
});

const clocks = new Set(['time', 'seconds', 'imagesPerSecond']);

/** The measured events, without what a clock wrote. */
function figures(events: readonly RunEvent[]): unknown[] {
  return events
    .filter(({ type }) => ['step', 'epoch', 'evaluation'].includes(type))
    .map(event => Object.fromEntries(Object.entries(event).filter(([field]) => !clocks.has(field))));
}

const laterThan = (step: number, { events }: Ended): unknown[] =>
  figures(events.filter(event => event.step > step));
