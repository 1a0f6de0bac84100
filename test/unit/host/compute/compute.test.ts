import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { applyEdits } from 'jsonc-parser';
import { parseConfig } from '../../../../extension/contract/config';
import { engineEdits } from '../../../../extension/host/compute/engineEdits';
import { presentEngine } from '../../../../extension/host/compute/presentEngine';
import { parseSurvey, surveyEngines } from '../../../../extension/host/compute/survey';

const wasm = { name: 'wasm', available: true, device: 'Xeon', version: '4.22.0', chosenByAuto: true };
const webgpu = {
  name: 'webgpu',
  available: false,
  reason: 'There is no adapter.',
  remedy: 'Install a graphics driver.',
  chosenByAuto: false,
};
const adapters = [
  {
    name: 'SwiftShader',
    graphicsInterface: 'vulkan',
    driver: '5.0',
    taken: false,
    reason: 'It is the processor.',
  },
];

describe('The engines of this machine', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'compute-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const trainer = async (program: string) => {
    const file = path.join(folder, 'trainer.cjs');
    await writeFile(file, program);
    return surveyEngines({ path: process.execPath, environment: { RAT_TEST: 'set' } }, file);
  };

  it('are what the trainer tells, in a process with the runtime’s environment', async () => {
    const program = `if (process.argv.slice(2).join(' ') !== 'devices --json' || process.env.RAT_TEST !== 'set') process.exit(9);
      console.error('a native library talks');
      console.log(${JSON.stringify(JSON.stringify([wasm, webgpu]))});`;
    assert.deepEqual(await trainer(program), [wasm, webgpu]);
  });

  it('are told with the GPUs that they see', async () => {
    const sighted = { ...webgpu, adapters };
    assert.deepEqual(parseSurvey(JSON.stringify([sighted])), [sighted]);
    const rows = presentEngine(sighted).children;
    assert.deepEqual(rows.map(({ label, description, tooltip }) => [label, description, tooltip]).at(-1), [
      'SwiftShader',
      'vulkan',
      'SwiftShader\n5.0\nIt is the processor.',
    ]);
  });

  it('are replaced by the trainer’s last words when it fails', async () => {
    await assert.rejects(
      trainer("console.error('libcudart is missing'); process.exit(1)"),
      /libcudart is missing/,
    );
  });

  it('are replaced by the reason when there is no such node', async () => {
    await assert.rejects(
      surveyEngines({ path: path.join(folder, 'no-node'), environment: {} }, 'trainer.js'),
      /no-node could not run/,
    );
  });

  it('are refused when they are something else', () => {
    const odd = JSON.stringify([{ ...webgpu, adapters: [{ name: 'SwiftShader' }] }]);
    for (const text of ['', 'Warning: x', '{}', '[{"name":"wasm"}]', odd]) {
      assert.throws(() => parseSurvey(text), /list of engines could not be read/);
    }
  });
});

describe('The row of an engine', () => {
  it('names the device and whether auto takes it', () => {
    const row = presentEngine(wasm);
    assert.equal(row.description, 'Xeon · chosen by auto');
    assert.equal(row.contextValue, 'engine available');
    assert.deepEqual(row.children, []);
  });

  it('has reason and remedy below it when it is not available', () => {
    const row = presentEngine(webgpu);
    assert.equal(row.description, 'not available');
    assert.deepEqual(
      row.children.map(child => [child.contextValue, child.value]),
      [
        ['reason', 'There is no adapter.'],
        ['remedy', 'Install a graphics driver.'],
      ],
    );
  });

  it('has the places where TensorFlow was looked for, and can be installed', () => {
    const searched = ['the workspace, /w: nothing installed'];
    const row = presentEngine({ ...webgpu, name: 'tensorflow', searched });
    assert.equal(row.contextValue, 'engine installable');
    assert.deepEqual(
      row.children.map(child => child.contextValue),
      ['reason', 'remedy', 'place'],
    );
    assert.equal(row.children[2]?.label, searched[0]);
  });
});

describe('Setting the engine in a config', () => {
  it('keeps comments and layout, and the config stays valid', async () => {
    const text = await readFile(path.join('examples', 'mnist-quickstart.rat.json'), 'utf8');
    const once = applyEdits(text, engineEdits(text, 'wasm'));
    const parsed = parseConfig(once, 'x');
    assert.ok('config' in parsed && parsed.config.compute.engine === 'wasm');
    assert.match(once, /\/\/ Every pixel, in \[0, 1\], may change by at most epsilon\./);
    const twice = applyEdits(once, engineEdits(once, 'cpu'));
    assert.equal(twice, once.replace('"wasm"', '"cpu"'));
  });
});
