import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  AvgPool,
  getBackend,
  getKernel,
  registerKernel,
  square,
  tensor1d,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { engineOptions } from '../../../extension/trainer/engine/assets';
import { EngineUnavailable, engineNames } from '../../../extension/trainer/engine/engine';
import { chooseEngine, openEngine } from '../../../extension/trainer/engine/open';
import { surveyEngines } from '../../../extension/trainer/engine/survey';

/** An engine that is refused says why and what would help, in words. */
function assertRefusal({
  reason,
  remedy,
}: {
  reason?: string | undefined;
  remedy?: string | undefined;
}): void {
  assert.ok(reason && reason.length > 10, `reason: ${reason}`);
  assert.match(remedy ?? '', /^[A-Z].*\.$/s);
  assert.doesNotMatch(`${reason} ${remedy}`, /undefined|\[object/);
}

function isRefusal(error: unknown): boolean {
  assert.ok(error instanceof EngineUnavailable, String(error));
  assertRefusal({ reason: error.message, remedy: error.remedy });
  return true;
}

describe('Choosing an engine', () => {
  afterEach(async () => {
    await openEngine('wasm', engineOptions());
  });

  it('automatically takes the first that works and says why each one before it did not', async () => {
    const { engine, refusals } = await chooseEngine('auto', engineOptions());
    assert.deepEqual(
      refusals.map(({ name }) => name),
      engineNames.slice(0, engineNames.indexOf(engine.name)),
    );
    refusals.forEach(assertRefusal);
    assert.equal(getBackend(), engine.backend);
    await engine.close();
  });

  it('automatically never falls back to plain JavaScript where WebAssembly works', async () => {
    const { engine } = await chooseEngine('auto', engineOptions());
    assert.notEqual(engine.name, 'cpu');
    await engine.close();
  });

  for (const name of ['wasm', 'cpu'] as const) {
    it(`takes ${name} when it is named, says what it runs on and computes there`, async () => {
      const { engine, refusals } = await chooseEngine(name, engineOptions());
      assert.deepEqual([engine.name, engine.accelerated, refusals], [name, false, []]);
      assert.match(engine.device, /^\S.*, (WebAssembly|WebAssembly SIMD|JavaScript), 1 thread$/);
      assert.match(engine.version, /^tfjs \d+\.\d+\.\d+$/);
      assert.equal(getBackend(), name);
      assert.deepEqual([...square(tensor1d([1, 2])).dataSync()], [1, 4]);
      await engine.close();
    });
  }

  it('refuses a named engine whose files are missing, and names the file and the mend', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'no-wasm-'));
    try {
      await assert.rejects(chooseEngine('wasm', engineOptions({ wasmFolder: folder })), (error: unknown) => {
        isRefusal(error);
        assert.ok((error as Error).message.startsWith(path.join(folder, 'tfjs-backend-wasm')));
        return true;
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses a WebGPU adapter that is not there', async () => {
    const options = engineOptions({ webgpuAdapter: 'no such adapter', allowSoftwareAdapter: true });
    await assert.rejects(chooseEngine('webgpu', options), isRefusal);
  });

  it('refuses an engine that lacks a kernel instead of failing with it', async () => {
    await openEngine('wasm', engineOptions());
    const kernel = getKernel(AvgPool, 'wasm');
    unregisterKernel(AvgPool, 'wasm');
    try {
      await assert.rejects(chooseEngine('wasm', engineOptions()), (error: unknown) => {
        assert.match((error as Error).message, /AvgPool/);
        return isRefusal(error);
      });
    } finally {
      registerKernel(kernel);
    }
  });

  it('does not print TensorFlow.js’s advertisement when the cpu engine is first used', async () => {
    const program = path.resolve('dist/trainer.js');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, 'devices', '--json']);
    assert.match(stdout, /"name": "cpu",\s+"available": true/);
    assert.doesNotMatch(stderr, /TensorFlow/);
  });
});

describe('The survey of the engines', () => {
  it('lists every engine in the order of preference, one of them for auto, and explains the others', async () => {
    const surveys = await surveyEngines(engineOptions());
    await openEngine('wasm', engineOptions());
    assert.deepEqual(
      surveys.map(({ name }) => name),
      [...engineNames],
    );
    const working = surveys.filter(({ available }) => available);
    assert.deepEqual(
      surveys.map(({ chosenByAuto }) => chosenByAuto),
      surveys.map(survey => survey === working[0]),
    );
    for (const { device, version } of working) assert.match(`${device}; ${version}`, /^\S.+; \S+ \d+\.\d+/);
    surveys.filter(({ available }) => !available).forEach(assertRefusal);
    assert.ok(surveys.find(({ name }) => name === 'wasm')?.available);
    assert.ok(surveys.find(({ name }) => name === 'cpu')?.available);
  });
});
