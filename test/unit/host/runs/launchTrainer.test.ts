import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isProcessAlive } from '../../../../extension/contract/processIdentity';
import { launchTrainer } from '../../../../extension/host/runs/launchTrainer';
import { LiveRuns } from '../../../../extension/host/runs/liveRuns';
import { LaunchError } from '../../../../extension/host/runs/spawnTrainer';
import { placeIn } from '../../../../extension/host/runs/startProblem';
import { stopTrainer } from '../../../../extension/host/runs/stopTrainer';
import { pngOf, writeTree } from '../../data/imageFiles';
import { killTrainerOf, recordOf, startTinyRun, trainerGone, writeTinyRun } from '../../support/liveTrainer';

const never = new AbortController().signal;

describe('starting a trainer', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-launch-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function refusal(launch: Awaited<ReturnType<typeof writeTinyRun>>): Promise<string> {
    const error = await launchTrainer(launch, never).then(
      () => assert.fail('it started'),
      (failure: unknown) => failure,
    );
    assert.ok(error instanceof LaunchError, String(error));
    return error.message;
  }

  it('says where its run is and on what it trains, and leaves its complaints in the run folder', async () => {
    const launch = await writeTinyRun(folder, { epochs: 1, attack: { steps: 1, stepSize: 0.5 } });
    const { runFolder, engine, device } = await launchTrainer(launch, never);
    assert.equal(engine, 'wasm');
    assert.match(device, /WebAssembly/);
    await trainerGone(runFolder);
    assert.equal((await recordOf(runFolder)).status, 'finished');
    assert.ok(existsSync(path.join(runFolder, 'stderr.txt')));
    assert.deepEqual((await readdir(path.join(folder, '.rat'))).sort(), ['.gitignore', 'runs']);
  });

  it('tells how many images are decoded until the run begins, and only the first time', async () => {
    const images = path.join(folder, 'images');
    const names = ['train/cat/a', 'train/cat/b', 'train/dog/c', 'test/cat/d'];
    const picture = pngOf(8, 8, (x, y) => [20 * x, 20 * y, 0]);
    await writeTree(images, Object.fromEntries(names.map(name => [`${name}.png`, picture])));
    const launch = await writeTinyRun(folder, {
      ...{ epochs: 1, batchSize: 1, dataset: { name: 'images', path: 'images', validationExamples: 1 } },
      taylor: { order: 0 },
      evaluation: { examples: 1, steps: 1, final: { examples: 1, steps: 1 } },
    });
    for (const expected of ['decoding images, once: 4 of 4', undefined]) {
      const messages: string[] = [];
      const { runFolder } = await launchTrainer(launch, never, message => messages.push(message));
      await trainerGone(runFolder);
      assert.equal(messages.at(-1), expected);
    }
  });

  it('shows what is wrong with the config, with its place, and leaves nothing behind', async () => {
    const launch = await writeTinyRun(folder, { objective: { name: 'tradess' } });
    const message = await refusal(launch);
    assert.match(message, /tradess/);
    const text = await readFile(path.join(folder, 'tiny.rat.json'), 'utf8');
    const { file, line = 0 } = placeIn(message) ?? {};
    assert.equal(file, path.join(folder, 'tiny.rat.json'));
    assert.match(text.split('\n')[line - 1] ?? '', /tradess/);
    assert.ok(!existsSync(path.join(folder, '.rat')));
  });

  it('shows which data is damaged', async () => {
    const launch = await writeTinyRun(folder);
    await writeFile(path.join(folder, 'data/train-images-idx3-ubyte'), Buffer.from([0, 0, 8, 3]));
    assert.match(await refusal(launch), /train-images-idx3-ubyte/);
  });

  it('shows why an engine is not available', async () => {
    const launch = await writeTinyRun(folder, { compute: { engine: 'tensorflow', tensorflowPath: folder } });
    assert.match(await refusal(launch), /tensorflow/);
  });

  it('says so when the runtime cannot be started, or ends without a word', async () => {
    const launch = await writeTinyRun(folder);
    const missing = { ...launch.node, path: path.join(folder, 'no-node') };
    assert.match(await refusal({ ...launch, node: missing }), /no-node could not be started/);
    const silent = path.join(folder, 'silent.js');
    await writeFile(silent, 'process.exit(7)');
    assert.match(await refusal({ ...launch, trainer: silent }), /code 7/);
  });

  it('is called off by the person, with all that was started', async () => {
    const launch = await writeTinyRun(folder);
    const stuck = path.join(folder, 'stuck.js');
    await writeFile(stuck, 'setInterval(() => {}, 1000)');
    const cancel = new AbortController();
    const launched = launchTrainer({ ...launch, trainer: stuck }, cancel.signal);
    cancel.abort();
    await assert.rejects(launched, /SIGKILL/);
  });
});

describe('stopping a trainer', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-stop-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const patience = { orderly: 60_000, afterSignal: 60_000 };

  it('lets it save first, whether it can be asked or only signalled', async () => {
    const run = await startTinyRun(folder);
    const { process: trainer } = await recordOf(run);
    assert.ok(trainer);
    assert.equal(await stopTrainer(trainer, undefined, patience), 'stopped');
    assert.equal((await recordOf(run)).status, 'stopped');
  });

  it('kills one that does not answer, and the run can be resumed', async () => {
    const run = await startTinyRun(folder);
    const window = new LiveRuns();
    try {
      await window.look(run);
      while (!window.get(run)?.control) {
        await new Promise<void>(resolve => {
          const subscription = window.onDidChange(() => resolve(subscription.dispose()));
        });
      }
      const { process: trainer } = await recordOf(run);
      assert.ok(trainer);
      process.kill(trainer.pid, 'SIGSTOP');
      const control = window.get(run)?.control;
      assert.equal(await stopTrainer(trainer, control, { orderly: 100, afterSignal: 100 }), 'killed');
      await trainerGone(run);
      await window.look(run);
      assert.equal((await recordOf(run)).status, 'interrupted');
    } finally {
      window.dispose();
      await killTrainerOf(run);
    }
  });

  it('ends the processes it has started with it', async () => {
    const launch = await writeTinyRun(folder);
    const parent = path.join(folder, 'parent.js');
    const report = path.join(folder, 'family.json');
    // Two children, one of them in a session of its own, all deaf to SIGTERM.
    await writeFile(
      parent,
      `const { spawn } = require('node:child_process');
       const { readFileSync, writeFileSync } = require('node:fs');
       process.on('SIGTERM', () => {});
       const deaf = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)";
       const children = [false, true].map(detached => spawn(process.execPath, ['-e', deaf], { detached, stdio: 'ignore' }));
       const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
       const startOf = pid => readFileSync('/proc/' + pid + '/stat', 'latin1').split(') ')[1].split(' ')[19];
       const family = [process.pid, ...children.map(child => child.pid)];
       writeFileSync(${JSON.stringify(report)}, JSON.stringify(family.map(pid => ({ pid, startedAt: 'boot ' + boot + ' tick ' + startOf(pid) }))));
       process.send({ runFolder: ${JSON.stringify(folder)}, engine: '', device: '' });
       setInterval(() => {}, 1000);`,
    );
    await launchTrainer({ ...launch, trainer: parent }, never);
    const family = JSON.parse(await readFile(report, 'utf8'));
    assert.deepEqual(family.map(isProcessAlive), [true, true, true]);
    assert.equal(await stopTrainer(family[0], undefined, { orderly: 100, afterSignal: 60_000 }), 'killed');
    while (family.some(isProcessAlive)) await new Promise(resolve => setTimeout(resolve, 20));
  });
});
