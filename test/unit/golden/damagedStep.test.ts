import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import type { NamedArray } from '../../../extension/trainer/checkpoint/namedArray';
import {
  encodeSafetensors,
  readSafetensors,
  SafetensorsError,
} from '../../../extension/trainer/checkpoint/safetensors';
import { checkStep } from '../../../extension/trainer/cli/commands/checkStep';
import { readGoldenStep } from '../../../extension/trainer/golden/goldenStep';

type Arrays = Map<string, NamedArray>;
type Change = (arrays: Arrays, metadata: Record<string, string>) => void;

const fixture = 'test/fixtures/rat-trades-wrn10-1-c10.safetensors';

/** Adds `amount` to one number of an array. */
const shift =
  (name: string, amount: number): Change =>
  arrays => {
    const array = arrays.get(name);
    assert.ok(array?.dtype === 'F32', name);
    const data = array.data.slice();
    data[1] = (data[1] ?? 0) + amount;
    arrays.set(name, { ...array, data });
  };

/** One number is changed; the figure that must be off follows. */
const changes: readonly (readonly [what: string, change: Change, figure: string])[] = [
  ['a weight after the step', shift('after.fc.weight', 1e-3), 'updated weights'],
  ['a statistic after the step', shift('after.bn1.running_mean', 0.01), 'batch-norm statistics'],
  [
    'a loss term',
    (_, metadata) => {
      metadata['loss.tl2'] = '4.4421';
    },
    'loss terms',
  ],
  ['a soft target', shift('target.tl1', 0.01), 'soft targets'],
  ['a gradient', shift('grad.conv1.weight', 0.05), 'gradients'],
];

interface Report {
  readonly passed: boolean;
  readonly checks: readonly { readonly what: string; readonly passed: boolean; readonly worst: string }[];
}

describe('The command that replays recorded steps', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'golden-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function changed(change: Change): Promise<string> {
    const { arrays, metadata } = await readSafetensors(fixture);
    change(arrays, metadata);
    const file = path.join(folder, 'step.safetensors');
    await writeFile(file, Buffer.concat(encodeSafetensors(arrays, metadata)));
    return file;
  }

  async function run(file: string, table: boolean) {
    const stdout = new PassThrough();
    const io = {
      stdout,
      stderr: new PassThrough(),
      cwd: process.cwd(),
      argv: [],
      isTerminal: false,
      signal: new AbortController().signal,
    };
    const code = await checkStep({ fixtures: [file], engine: 'wasm', table }, io);
    return { code, text: String(stdout.read()) };
  }

  it('ends with 0 and says "ok" for every figure of an unchanged file, written anew', async () => {
    const { code, text } = await run(await changed(() => {}), true);
    assert.equal(code, 0);
    assert.ok(text.includes('ok') && !text.includes('OFF'), text);
  });

  for (const [what, change, figure] of changes) {
    it(`ends with 1 and names the figure when ${what} is changed`, async () => {
      const { code, text } = await run(await changed(change), false);
      assert.equal(code, 1);
      const report = JSON.parse(text) as Report;
      assert.deepEqual(
        report.checks.filter(({ passed }) => !passed).map(check => check.what),
        [figure],
      );
    });
  }

  for (const name of [
    'x',
    'x_adv',
    'draw.input',
    'draw.weights.conv1.weight',
    'before.fc.bias',
    'momentum.conv1.weight',
    'grad.fc.weight',
    'after.bn1.running_var',
  ]) {
    it(`names the array when ${name} is missing`, async () => {
      const file = await changed(arrays => arrays.delete(name));
      await assert.rejects(run(file, false), (error: unknown) => {
        assert.ok(error instanceof SafetensorsError, String(error));
        assert.ok(error.message.includes(file) && error.message.includes(`"${name}"`), error.message);
        return true;
      });
    });
  }

  it('names the setting when one is missing or no number', async () => {
    for (const change of [
      (_: Arrays, metadata: Record<string, string>) => Reflect.deleteProperty(metadata, 'beta'),
      (_: Arrays, metadata: Record<string, string>) => {
        metadata['beta'] = 'six';
      },
    ]) {
      const file = await changed(change as Change);
      await assert.rejects(readGoldenStep(file), /metadata "beta" is ".*"; a number is needed/);
    }
  });
});
