import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchMeasurement } from '../../../../extension/host/measurements/launchMeasurement';
import { measurementIn } from '../../../../extension/host/measurements/measurement';
import { LaunchError } from '../../../../extension/host/runs/spawnTrainer';
import { stopTrainer } from '../../../../extension/host/runs/stopTrainer';

const never = new AbortController().signal;
const node = { path: process.execPath, environment: {}, version: process.versions.node };
const trainer = path.resolve('dist/trainer.js');
const checkpoint = path.resolve('test/fixtures/mnist-small-cnn.safetensors');
const subject = ['--checkpoint', checkpoint, '--model', 'small-cnn', '--dataset', 'mnist'];
const threat = ['--norm', 'linf', '--epsilon', '0.2', '--engine', 'wasm'];
const patience = { orderly: 60_000, afterSignal: 5000 };

describe('starting an evaluation', () => {
  let workspace: string;

  beforeEach(async () => {
    workspace = await mkdtemp(path.join(tmpdir(), 'rat-measure-'));
  });

  afterEach(() => rm(workspace, { recursive: true, force: true }));

  const launchOf = (...words: readonly string[]) => ({
    node,
    trainer,
    arguments: ['evaluate', ...subject, ...threat, '--workspace', workspace, ...words],
    directory: workspace,
    holder: path.join(workspace, '.rat'),
  });
  const left = () => readdir(path.join(workspace, '.rat/evaluations'));
  const stored = async (file: string) =>
    measurementIn(file, await readFile(file, 'utf8')) ?? assert.fail(`no result in ${file}`);

  it('says where its result is, which tells who makes it and how to go on; it leaves nothing else', async () => {
    const launch = launchOf('--attack', 'fgsm', '--examples', '0..20');
    const { resultFile, finished, ended } = await launchMeasurement(launch, never);
    assert.equal(finished, false);
    assert.deepEqual((await stored(resultFile)).result.command, {
      directory: workspace,
      arguments: launch.arguments,
    });
    assert.equal((await ended).code, 0);
    assert.equal((await stored(resultFile)).state, 'finished');
    assert.deepEqual(
      (await left()).filter(name => !name.endsWith('.txt')),
      [path.basename(resultFile)],
    );
    const again = await launchMeasurement(launch, never);
    assert.deepEqual([again.resultFile, again.finished], [resultFile, true]);
  });

  it('can be stopped and continued by its own command', async () => {
    const launch = launchOf('--attack', 'fgsm,pgd-1000', '--examples', '0..40', '--batch', '10');
    const { resultFile, ended } = await launchMeasurement(launch, never);
    const { process } = (await stored(resultFile)).result;
    assert.ok(process);
    assert.equal(await stopTrainer(process, undefined, patience), 'stopped');
    assert.equal((await ended).code, 3);
    const stopped = await stored(resultFile);
    assert.equal(stopped.state, 'stopped');
    const next = await launchMeasurement(
      { ...launch, arguments: stopped.result.command?.arguments ?? [] },
      never,
    );
    assert.equal(next.resultFile, resultFile);
    const { result } = await stored(resultFile);
    assert.ok(result.process && result.process.pid !== process.pid);
    await stopTrainer(result.process, undefined, patience);
  });

  it('shows what is wrong with what was asked for, and leaves nothing behind', async () => {
    await assert.rejects(launchMeasurement(launchOf('--attack', 'fgsn'), never), (error: unknown) => {
      assert.ok(error instanceof LaunchError);
      assert.match(error.message, /fgsn/);
      return true;
    });
    assert.deepEqual(await left(), []);
  });

  it('shows why it ended before its result could be seen', async () => {
    const silent = path.join(workspace, 'silent.cjs');
    const resultFile = path.join(workspace, '.rat/evaluations/none.json');
    const announcement = JSON.stringify({ resultFile, finished: false });
    const complains = `process.send(${announcement}, () => { console.error('no engine: install one'); process.exitCode = 4; process.disconnect(); })`;
    await writeFile(silent, complains);
    await assert.rejects(
      launchMeasurement({ ...launchOf(), trainer: silent }, never),
      /no engine: install one/,
    );
  });

  it('is called off by the person', async () => {
    const stuck = path.join(workspace, 'stuck.cjs');
    await writeFile(stuck, 'setInterval(() => {}, 1000)');
    const cancel = new AbortController();
    const launched = launchMeasurement({ ...launchOf(), trainer: stuck }, cancel.signal);
    cancel.abort();
    await assert.rejects(launched, LaunchError);
  });
});
