import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import {
  type EvaluationEvent,
  parseEvaluation,
  type RobustnessEvaluation,
} from '../../../extension/contract/evaluation';
import { writeTinyDataset } from '../support/tinyDataset';
import { runTrainer } from '../support/trainerProcess';

const trainer = path.resolve('dist/trainer.js');
const cnn = path.resolve('test/fixtures/mnist-small-cnn.safetensors');

const config = {
  name: 'tiny',
  seed: 3,
  dataset: { name: 'idx', path: 'data', validationExamples: 20 },
  model: { name: 'preact-resnet-18', width: 2, blocks: [1, 1, 1, 1] },
  threat: { norm: 'linf', epsilon: 0.04 },
  attack: { steps: 1 },
  optimizer: { learningRate: 0.05 },
  schedule: { name: 'constant' },
  epochs: 4,
  batchSize: 10,
  evaluation: { examples: 20, steps: 1, final: { examples: 20, steps: 1 } },
  sharpness: { everyEpochs: 0 },
  examples: { everyEpochs: 0 },
  compute: { engine: 'wasm', threads: 1 },
};

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `evaluate`; `onEvent` sees what it tells on stderr and may kill it. */
async function evaluate(
  argv: readonly string[],
  onEvent: (event: EvaluationEvent, child: ChildProcess) => void = () => {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [trainer, 'evaluate', ...argv], { stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  createInterface({ input: child.stderr }).on('line', line => {
    stderr += `${line}\n`;
    if (line.startsWith('{')) onEvent(JSON.parse(line) as EvaluationEvent, child);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** What does not depend on the clock, the process or the command line. */
function figures(text: string): unknown {
  const evaluation = parseEvaluation(text) ?? assert.fail(`no evaluation: ${text.slice(0, 200)}`);
  const { startedAt: _began, updatedAt: _ended, command: _asked, ...rest } = evaluation;
  return JSON.parse(JSON.stringify(rest, (key, value) => (key === 'seconds' || key === 'file' ? 0 : value)));
}

describe('evaluate, as a program', () => {
  let folder: string;
  let run: string;
  const list = ['--attack', 'fgsm,pgd-5,cw-5,apgd-ce', '--batch', '5', '--json'];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-evaluate-'));
    const file = path.join(folder, 'tiny.rat.json');
    await writeFile(file, JSON.stringify(config));
    await writeTinyDataset(path.join(folder, 'data'));
    const ended = await runTrainer([file, '--workspace', folder]);
    assert.equal(ended.code, 0, ended.stderr);
    const [id = ''] = await readdir(path.join(folder, '.rat/runs'));
    run = path.join(folder, '.rat/runs', id);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  /** The same run elsewhere, without its evaluations. */
  async function copyOfRun(name: string): Promise<string> {
    const copy = path.join(folder, name);
    await cp(run, copy, { recursive: true });
    await rm(path.join(copy, 'evaluations'), { recursive: true, force: true });
    return copy;
  }

  async function onlyEvaluation(of: string): Promise<string> {
    const files = await readdir(path.join(of, 'evaluations'));
    assert.equal(files.length, 1, files.join());
    return readFile(path.join(of, 'evaluations', files[0] ?? ''), 'utf8');
  }

  it("evaluates a run's best checkpoint with its own model, data and threat; --json prints the result alone", async () => {
    const copy = await copyOfRun('plain');
    const { code, stdout, stderr } = await evaluate([copy, ...list]);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    const result = JSON.parse(stdout) as RobustnessEvaluation;
    assert.equal(stdout.trimEnd().split('\n').length, 1);
    assert.equal(result.status, 'finished');
    assert.deepEqual(Object.keys(result.attacks), ['fgsm', 'pgd-5', 'cw-5', 'apgd-ce']);
    assert.equal(result.setting.epsilon, 0.04);
    assert.equal(result.setting.model, 'preact-resnet-18');
    assert.match(result.setting.checkpoint.file, /best\.safetensors$/);
    assert.ok(result.clean >= 0.5, `${result.clean}`);
    assert.ok(result.worstCase <= result.clean && result.robustIndices.length === 20 * result.worstCase);
    assert.deepEqual(figures(await onlyEvaluation(copy)), figures(stdout));
  });

  it("computes as the run's config says, on another engine too", async () => {
    const copy = await copyOfRun('threads');
    const { code, stdout, stderr } = await evaluate([copy, '--engine', 'simd', '--attack', 'fgsm', '--json']);
    assert.equal(code, 0, stderr);
    assert.match(parseEvaluation(stdout)?.device ?? '', /, 1 thread$/);
  });

  it('repeats an uninterrupted evaluation after kill -9 at any point', async () => {
    const [whole, killed] = [await copyOfRun('whole'), await copyOfRun('killed')];
    const expected = figures((await evaluate([whole, ...list])).stdout);
    let kills = 0;
    for (const life of [0, 1, 3, 5]) {
      let seen = 0;
      const { code } = await evaluate([killed, ...list, '--progress', 'json'], (_event, child) => {
        if (seen++ === life) child.kill('SIGKILL');
      });
      if (code === null) kills++;
    }
    assert.ok(kills >= 2, `${kills} kills`);
    const last = await evaluate([killed, ...list]);
    assert.equal(last.code, 0, last.stderr);
    assert.deepEqual(figures(last.stdout), expected);
    assert.deepEqual(
      figures(await onlyEvaluation(killed)),
      expected,
      'and nothing else is left in the folder',
    );
  });

  it('stops at SIGTERM with code 3 and goes on from there', async () => {
    const copy = await copyOfRun('stopped');
    const stopped = await evaluate([copy, ...list, '--progress', 'json'], (event, child) => {
      if (event.type === 'evaluation-stage' && event.stage === 'fgsm') child.kill('SIGTERM');
    });
    assert.equal(stopped.code, 3);
    assert.match(stopped.stderr, /Stopped\. What was finished is in .*; the same command goes on/);
    const seen: EvaluationEvent[] = [];
    const { code } = await evaluate([copy, ...list, '--progress', 'json'], event => seen.push(event));
    assert.equal(code, 0);
    assert.ok(seen[0]?.type === 'evaluation-started' && seen[0].resumed);
    assert.ok(!seen.some(event => event.type === 'evaluation-stage' && event.stage === 'clean'));
    assert.equal(seen.at(-1)?.type, 'evaluation-finished');
  });

  it('prints a stored result without computing, says so, and computes with --again', async () => {
    const copy = await copyOfRun('twice');
    const quick = [copy, '--attack', 'fgsm', '--json'];
    const first = await evaluate(quick);
    const second = await evaluate([...quick, '--engine', 'cpu']);
    assert.equal(second.stdout, first.stdout);
    assert.match(second.stderr, /has finished on .*stored result \(--again evaluates anew\)/);
    const anew = await evaluate([...quick, '--again']);
    assert.equal(anew.stderr, '');
    assert.notEqual(anew.stdout, first.stdout, 'its time is another one');
    assert.deepEqual(figures(anew.stdout), figures(first.stdout));
  });

  it('evaluates at several radii, one after the other, each with a result of its own', async () => {
    const copy = await copyOfRun('radii');
    const { code, stdout, stderr } = await evaluate([
      copy,
      '--attack',
      'fgsm',
      '--epsilon',
      '0.02,0.2',
      '--json',
    ]);
    assert.equal(code, 0, stderr);
    const results = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as RobustnessEvaluation);
    assert.deepEqual(
      results.map(({ setting }) => setting.epsilon),
      [0.02, 0.2],
    );
    assert.equal(
      (await readdir(path.join(copy, 'evaluations'))).filter(name => name.startsWith('fgsm')).length,
      2,
    );
    assert.ok((results[0]?.worstCase ?? 0) >= (results[1]?.worstCase ?? 1));
  });

  it('shows plain lines and a table where nobody asks for JSON', async () => {
    const copy = await copyOfRun('lines');
    const { code, stdout } = await evaluate([copy, '--attack', 'fgsm,pgd-5']);
    assert.equal(code, 0);
    assert.match(stdout, /^20 examples: fgsm, pgd-5$/m);
    assert.match(stdout, /^fgsm: \d+\.\d% \(.* to .*\), \d+ of \d+ broken/m);
    assert.match(stdout, /^ {2}worst case +\d+\.\d%/m);
    assert.match(stdout, /examples stay robust/);
    assert.ok(!stdout.includes('\u001b'), 'no escape sequences');
  });

  it('evaluates a checkpoint of a PyTorch program, and keeps the result in the workspace', async () => {
    const argv = ['--checkpoint', cnn, '--model', 'small-cnn', '--dataset', 'mnist', '--examples', '0..20'];
    const threat = ['--norm', 'linf', '--epsilon', '0.2', '--attack', 'fgsm', '--json'];
    const { code, stdout, stderr } = await evaluate([...argv, ...threat, '--workspace', folder]);
    assert.equal(code, 0, stderr);
    const { attacks, clean } = JSON.parse(stdout) as RobustnessEvaluation;
    assert.equal(clean, 1);
    assert.ok((attacks['fgsm'] ?? 1) < clean);
    const files = await readdir(path.join(folder, '.rat/evaluations'));
    assert.match(files.join(), /^fgsm-linf-0\.2-[0-9a-f]{8}\.json$/);
  });

  describe('names what is wrong and its mend', () => {
    const told = async (code: number, argv: readonly string[], what: RegExp) => {
      const outcome = await evaluate(argv);
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, what);
      assert.equal(outcome.stdout, '');
    };
    const threat = ['--norm', 'linf', '--epsilon', '0.2'];
    const file = ['--checkpoint', cnn];

    it('a checkpoint alone tells its model, not its data or threat', async () => {
      await told(2, file, /--norm is missing: linf or l2/);
      await told(2, [...file, ...threat], /--dataset is missing: mnist, cifar-10, \.\.\., or a folder/);
    });

    it('a model that the weights do not fit, or that there is not', async () => {
      const rest = ['--dataset', 'mnist', ...threat];
      await told(
        1,
        [...file, '--model', 'wide-resnet-10-1', ...rest],
        /mnist-small-cnn\.safetensors.*"conv1\.weight".*--model/s,
      );
      await told(2, [...file, '--model', 'resnet', ...rest], /--model resnet: .*expected "small-cnn"/);
      await told(2, [...file, '--model', 'wide-resnet-11-1', ...rest], /the nearest has 10/);
    });

    it('an attack, examples or a run that there are not', async () => {
      const rest = [...file, '--model', 'small-cnn', '--dataset', 'mnist', ...threat];
      await told(2, [...rest, '--attack', 'pgd'], /"pgd" is no attack/);
      await told(2, [...rest, '--examples', '0..20000'], /the test set has 10000 examples/);
      await told(2, ['nowhere', '--workspace', folder], /No run "nowhere"/);
    });

    it('a damaged result, which --again replaces', async () => {
      const copy = await copyOfRun('damaged');
      const quick = [copy, '--attack', 'fgsm', '--json'];
      const { stdout } = await evaluate(quick);
      const { name } = JSON.parse(stdout) as RobustnessEvaluation;
      await writeFile(path.join(copy, 'evaluations', `${name}.json`), '{"kind": "robust');
      await told(1, quick, /fgsm-linf-0\.04-.*\.json is damaged.*--again/s);
      const anew = await evaluate([...quick, '--again']);
      assert.deepEqual(figures(anew.stdout), figures(stdout));
    });
  });
});
