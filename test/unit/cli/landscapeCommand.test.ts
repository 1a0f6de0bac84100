import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import {
  type LandscapeEvent,
  type LandscapeResult,
  parseLandscape,
} from '../../../extension/contract/landscape';
import { writeTinyDataset } from '../support/tinyDataset';
import { runTrainer } from '../support/trainerProcess';

const trainer = path.resolve('dist/trainer.js');

/** Small enough for plain JavaScript: a run of one epoch of a network of a few filters. */
const config = {
  name: 'tiny',
  dataset: { name: 'idx', path: 'data', validationExamples: 20 },
  model: { name: 'preact-resnet-18', width: 2, blocks: [1, 1, 1, 1] },
  threat: { norm: 'linf', epsilon: 0.04 },
  attack: { steps: 1 },
  schedule: { name: 'constant' },
  epochs: 1,
  batchSize: 20,
  evaluation: { examples: 20, steps: 1, final: { examples: 20, steps: 1 } },
  sharpness: { everyEpochs: 0 },
  examples: { everyEpochs: 0 },
  compute: { engine: 'cpu' },
};

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `landscape`; `onEvent` sees what it tells on stderr and may kill it. */
async function landscape(
  argv: readonly string[],
  onEvent: (event: LandscapeEvent, child: ChildProcess) => void = () => {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [trainer, 'landscape', ...argv], { stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  createInterface({ input: child.stderr }).on('line', line => {
    stderr += `${line}\n`;
    if (line.startsWith('{')) onEvent(JSON.parse(line) as LandscapeEvent, child);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

const read = (text: string): LandscapeResult =>
  parseLandscape(text) ?? assert.fail(`no landscape: ${text.slice(0, 200)}`);

/** What does not depend on the clock or on where the run lies. */
function figures(text: string): unknown {
  const { startedAt: _began, updatedAt: _ended, seconds: _took, command: _asked, ...rest } = read(text);
  return JSON.parse(JSON.stringify(rest, (key, value) => (key === 'file' ? '' : value)));
}

describe('landscape, as a program', () => {
  let folder: string;
  let run: string;
  const small = ['--examples', '4', '--attack-steps', '2', '--seed', '1', '--json'];
  const surface = ['--measure', 'surface', '--points', '3', '--loss', 'fixed,regenerated', ...small];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-landscape-'));
    const file = path.join(folder, 'tiny.rat.json');
    await writeFile(file, JSON.stringify(config));
    await writeTinyDataset(path.join(folder, 'data'), 60, 20);
    run = await trained(file, 0);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  async function trained(file: string, seed: number): Promise<string> {
    const workspace = path.join(folder, `seed-${seed}`);
    const ended = await runTrainer([file, '--workspace', workspace, '--seed', String(seed)]);
    assert.equal(ended.code, 0, ended.stderr);
    const [id = ''] = await readdir(path.join(workspace, '.rat/runs'));
    return path.join(workspace, '.rat/runs', id);
  }

  /** The same run elsewhere, without its evaluations. */
  async function copyOfRun(name: string): Promise<string> {
    const copy = path.join(folder, name);
    await cp(run, copy, { recursive: true });
    await rm(path.join(copy, 'evaluations'), { recursive: true, force: true });
    return copy;
  }

  async function onlyLandscape(of: string): Promise<string> {
    const files = await readdir(path.join(of, 'evaluations'));
    assert.equal(files.length, 1, files.join());
    assert.match(files[0] ?? '', /^landscape-.*\.json$/);
    return readFile(path.join(of, 'evaluations', files[0] ?? ''), 'utf8');
  }

  it('measures every quantity on every loss, and stores what it prints', async () => {
    const copy = await copyOfRun('plain');
    const measures = ['--measure', 'sharpness,worst-case,trace,curve', '--scale', 'filter,adaptive,absolute'];
    const counts = ['--directions', '2', '--probes', '1', '--points', '3'];
    const { code, stdout, stderr } = await landscape([copy, ...measures, ...counts, ...small]);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    const result = read(stdout);
    assert.equal(result.status, 'finished');
    const losses = ['clean', 'fixed'];
    const named = (list: readonly { readonly loss: string }[]) => list.map(({ loss }) => loss);
    assert.deepEqual(
      result.sharpness.map(({ scale, loss }) => `${scale} ${loss}`),
      ['filter', 'adaptive', 'absolute'].flatMap(scale => losses.map(loss => `${scale} ${loss}`)),
    );
    assert.ok(result.sharpness.every(({ mean, noiseFloor }) => Number.isFinite(mean) && noiseFloor === 0));
    for (const list of [result.worstCase, result.trace, result.curve]) assert.deepEqual(named(list), losses);
    assert.ok(result.worstCase.every(({ rise }) => rise > 0));
    assert.deepEqual(result.axis, [-1, 0, 1]);
    const { indices, attack, split, batchNorm } = result.setting;
    assert.deepEqual([indices.length, split, batchNorm], [4, 'train', 'eval']);
    assert.deepEqual(attack, { norm: 'linf', epsilon: 0.04, steps: 2, stepSize: 0.04 });
    assert.deepEqual(figures(await onlyLandscape(copy)), figures(stdout));
  });

  it('repeats an uninterrupted surface after kill -9 in any row, and does no finished row again', async () => {
    const [whole, killed] = [await copyOfRun('whole'), await copyOfRun('killed')];
    const expected = figures((await landscape([whole, ...surface])).stdout);
    let kills = 0;
    const rowsDone: string[] = [];
    for (let life = 0; life < 2; life++) {
      const { code } = await landscape([killed, ...surface, '--progress', 'json'], (event, child) => {
        if (event.type !== 'landscape-task') return;
        rowsDone.push(event.task);
        child.kill('SIGKILL');
      });
      if (code === null) kills++;
      assert.equal(read(await onlyLandscape(killed)).status, 'running');
    }
    assert.equal(kills, 2);
    assert.deepEqual(rowsDone, ['surface, row 1 of 3', 'surface, row 2 of 3']);
    const seen: LandscapeEvent[] = [];
    const last = await landscape([killed, ...surface, '--progress', 'json'], event => seen.push(event));
    assert.ok(seen[0]?.type === 'landscape-started' && seen[0].resumed);
    const fractions = seen.flatMap(event =>
      event.type === 'landscape-progress' && event.task.startsWith('surface') ? [event.fraction] : [],
    );
    assert.ok(Math.abs((fractions[0] ?? 0) - 2 / 3) < 1e-9, 'two of three rows were done before');
    assert.deepEqual(figures(last.stdout), expected);
    assert.deepEqual(figures(await onlyLandscape(killed)), expected);
    const {
      surface: [fixed, regenerated],
    } = read(last.stdout);
    assert.equal(fixed?.rows[1]?.[1], regenerated?.rows[1]?.[1], 'at the weights themselves they agree');
    assert.notDeepEqual(fixed?.rows, regenerated?.rows);
  });

  it("walks along another run's directions, and prints a stored result without computing", async () => {
    const other = await trained(path.join(folder, 'tiny.rat.json'), 1);
    const copy = await copyOfRun('directed');
    const curve = [copy, '--measure', 'curve', '--loss', 'clean', '--points', '3', ...small];
    const along = async (argv: readonly string[]) => read((await landscape([...curve, ...argv])).stdout);
    const own = await along([]);
    const others = await along(['--directions-of', other]);
    const itself = await along(['--directions-of', run]);
    assert.deepEqual(itself.curve, own.curve);
    assert.equal(others.curve[0]?.values[1], own.curve[0]?.values[1]);
    assert.notDeepEqual(others.curve, own.curve);
    assert.match(others.setting.grid?.directionsOf?.file ?? '', /best\.safetensors$/);
    const again = await landscape([...curve, '--directions-of', other]);
    assert.match(again.stderr, /has finished on .*stored result \(--again measures anew\)/);
    assert.deepEqual(read(again.stdout), others);
  });

  it('names what is wrong and its mend', async () => {
    const copy = await copyOfRun('wrong');
    const told = async (code: number, argv: readonly string[], what: RegExp) => {
      const outcome = await landscape([copy, ...argv]);
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, what);
    };
    await told(2, ['--examples', '61'], /--examples 61: the train set has 60 examples/);
    await told(2, ['--directions-of', 'nowhere'], /No run "nowhere"/);
    await told(
      1,
      ['--model', 'small-cnn', '--dataset', 'mnist'],
      /small-cnn on 28 x 28 x 1 images.*Check --model/s,
    );
  });
});
