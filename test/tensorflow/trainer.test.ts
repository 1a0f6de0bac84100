import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const program = path.resolve('dist/trainer.js');

async function trainer(...argv: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [program, ...argv], { maxBuffer: 2 ** 26 });
}

describe('The trainer on TensorFlow', () => {
  let folder = '';

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tensorflow-run-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('repeats the recorded training steps of PyTorch', async () => {
    const names = ['rat-trades-wrn10-1-c10', 'rat-trades-wrn10-1-c100', 'rat-trades-awp-wrn10-1-c10'];
    const files = names.map(name => `test/fixtures/${name}.safetensors`);
    const { stdout } = await trainer('check-step', ...files, '--engine', 'tensorflow');
    const reports = JSON.parse(stdout) as { fixture: string; engine: string; passed: boolean }[];
    assert.deepEqual(
      reports.map(({ engine, passed }) => [engine, passed]),
      names.map(() => ['tensorflow', true]),
    );
  });

  it('trains the quickstart, shortened, and has learned', async () => {
    const changes = [
      'dataset.trainExamples=2560',
      'evaluation.examples=100',
      'evaluation.final.examples=200',
      'sharpness.examples=16',
      'compute.allowSoftwareAdapter=true',
    ].flatMap(change => ['--set', change]);
    const place = ['--engine', 'tensorflow', '--workspace', folder, '--plain'];
    const { stdout, stderr } = await trainer(
      'run',
      'examples/mnist-quickstart.rat.json',
      ...place,
      ...changes,
    );
    // TensorFlow's own log and the warnings of a second TensorFlow.js would stand here.
    assert.equal(stderr, '');
    assert.match(stdout, /^mnist-quickstart: tensorflow on .*, TensorFlow$/m);
    const runs = path.join(folder, '.rat', 'runs');
    const [run = ''] = await readdir(runs);
    const record = JSON.parse(await readFile(path.join(runs, run, 'run.json'), 'utf8')) as {
      status: string;
      test: { cleanAccuracy: number };
    };
    assert.equal(record.status, 'finished');
    // A tenth is chance.
    assert.ok(record.test.cleanAccuracy > 0.4, `clean accuracy ${record.test.cleanAccuracy}`);
  });

  it('lists the engine in devices with the place and the reason', async () => {
    const { stdout } = await trainer('devices', '--json');
    const [tensorflow] = JSON.parse(stdout) as { name: string; reason: string; searched: string[] }[];
    assert.equal(tensorflow?.name, 'tensorflow');
    assert.match(tensorflow.reason, /on the processor alone/);
    assert.ok(tensorflow.searched.length >= 3);
  });
});
