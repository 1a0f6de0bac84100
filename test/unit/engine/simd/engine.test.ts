import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  conv2d,
  dispose,
  findBackend,
  memory,
  type Rank,
  registerBackend,
  removeBackend,
  setBackend,
  tensor,
  zeros,
} from '@tensorflow/tfjs-core';
import { engineOptions } from '../../../../extension/trainer/engine/assets';
import type { Engine } from '../../../../extension/trainer/engine/engine';
import { MemoryExhausted } from '../../../../extension/trainer/engine/memory';
import { openEngine } from '../../../../extension/trainer/engine/open';
import { SimdBackend } from '../../../../extension/trainer/engine/simd/backend';
import { registerKernels } from '../../../../extension/trainer/engine/simd/tfjs/kernels';
import { wideResNet } from '../../../../extension/trainer/models/wideResNet';
import { keyedDraws } from '../../../../extension/trainer/step/draws';
import { disposeState, disposeStep, trainingStep } from '../../../../extension/trainer/step/trainingStep';
import { valuesOf } from '../../support/engine';
import {
  freshState,
  key,
  randomBatch,
  recipeWith,
  tinySmallCnn,
  tinyWideResNet,
} from '../../support/recipes';
import { openMachine } from './support/machines';

const sgd = { learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4 };

async function onSimd(threads: number, act: (engine: Engine) => Promise<void> | void): Promise<void> {
  const engine = await openEngine('simd', engineOptions({ threads }));
  try {
    await act(engine);
  } finally {
    await engine.close();
  }
}

describe('The simd engine', () => {
  it('passes the self-test and says what it runs on', () =>
    onSimd(2, engine => {
      assert.deepEqual([engine.name, engine.backend, engine.accelerated], ['simd', 'simd', false]);
      assert.match(
        engine.device,
        /^\S.*, WebAssembly SIMD \((128|256) bits(, fused multiply-add)?\), 2 threads$/,
      );
      assert.match(engine.version, /^tfjs \d+\.\d+\.\d+$/);
    }));

  it('is refused where its files are missing, and names the file and the mend', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'no-simd-'));
    try {
      await assert.rejects(openEngine('simd', engineOptions({ wasmFolder: folder })), (error: Error) => {
        assert.ok(error.message.startsWith(path.join(folder, 'simd-')));
        return true;
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('takes the same training step, bit for bit, on one, two and three threads', async () => {
    const model = wideResNet([16, 16, 3], 10, { depth: 10, widenFactor: 2 });
    const recipe = recipeWith(model, { attack: { steps: 2 } });
    const found: number[][] = [];
    for (const threads of [1, 2, 3]) {
      await onSimd(threads, () => {
        const { images, oneHot } = randomBatch(model, 6);
        const result = trainingStep(recipe, freshState(model), images, oneHot, sgd, keyedDraws(key, 0));
        found.push([...result.state.parameters.values(), result.loss.total].flatMap(valuesOf));
      });
    }
    assert.ok(found[0]?.every(Number.isFinite));
    assert.deepEqual(found[1], found[0]);
    assert.deepEqual(found[2], found[0]);
  });

  it('holds no more tensors and no more memory after 50 steps than after the second', () =>
    onSimd(2, engine => {
      for (const model of [tinyWideResNet(), tinySmallCnn()]) {
        const recipe = recipeWith(model);
        const { images, oneHot } = randomBatch(model, 4);
        let state = freshState(model);
        let afterSecond: unknown;
        for (let step = 0; step < 50; step++) {
          const result = trainingStep(recipe, state, images, oneHot, sgd, keyedDraws(key, step));
          disposeState(state);
          state = result.state;
          disposeStep(result, { keepState: true });
          const held = { tensors: memory().numTensors, ...simdBackend().machine.memoryUse };
          if (step === 1) afterSecond = held;
          if (step === 49) assert.deepEqual(held, afterSecond, engine.name);
        }
      }
    }));

  it('holds nothing of an operation for which there is no memory, and goes on', async () => {
    const machine = await openMachine({ maximumBytes: 8 << 20 });
    registerKernels();
    registerBackend('simd', () => new SimdBackend(machine, '4x4'));
    await setBackend('simd');
    const [images, filters] = [zeros<Rank.R4>([1, 32, 32, 128]), zeros<Rank.R4>([3, 3, 128, 128])];
    const others = zeros([1_400_000]);
    const before = machine.memoryUse.bytes;
    // The result fits, but not what the convolution needs beside it.
    assert.throws(() => conv2d(images, filters, 1, 'same'), MemoryExhausted);
    assert.ok(machine.memoryUse.bytes <= before);
    dispose([images, filters, others]);
    assert.deepEqual(valuesOf(tensor([1, 2])), [1, 2]);
    removeBackend('simd');
    await machine.close();
  });
});

function simdBackend(): SimdBackend {
  const found = findBackend('simd');
  assert.ok(found instanceof SimdBackend);
  return found;
}
