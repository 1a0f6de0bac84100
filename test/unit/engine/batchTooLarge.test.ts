import assert from 'node:assert/strict';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { dispose, engine, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { BatchTooLarge, explainExhaustion } from '../../../extension/trainer/engine/batchTooLarge';
import { type EngineMemory, MemoryExhausted } from '../../../extension/trainer/engine/memory';
import { SimdBackend } from '../../../extension/trainer/engine/simd/backend';
import { registerKernels } from '../../../extension/trainer/engine/simd/tfjs/kernels';
import type { Model } from '../../../extension/trainer/models/model';
import { smallCnn } from '../../../extension/trainer/models/smallCnn';
import { wideResNet } from '../../../extension/trainer/models/wideResNet';
import { keyedDraws } from '../../../extension/trainer/step/draws';
import {
  disposeState,
  disposeStep,
  type TrainingState,
  trainingStep,
} from '../../../extension/trainer/step/trainingStep';
import { trySteps } from '../../../extension/trainer/step/trySteps';
import { freshState, key, randomBatch, recipeWith } from '../support/recipes';
import { openMachine } from './simd/support/machines';

const sgd = { learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4 };

/** A simd engine of so little memory; what was left on it goes at the end. */
async function onSmallMachine<Result>(
  mebibytes: number,
  act: (memory: EngineMemory) => Promise<Result>,
): Promise<Result> {
  const machine = await openMachine({ maximumBytes: mebibytes << 20 });
  registerKernels();
  const backend = new SimdBackend(machine, '4x4');
  registerBackend('simd', () => backend);
  await setBackend('simd');
  engine().startScope();
  try {
    return await act(backend.engineMemory);
  } finally {
    engine().endScope();
    removeBackend('simd');
    await machine.close();
  }
}

function takeSteps(model: Model, state: TrainingState, batchSize: number, count: number): void {
  let last = state;
  for (let step = 0; step < count; step++) {
    const { images, oneHot } = randomBatch(model, batchSize);
    const result = trainingStep(recipeWith(model), last, images, oneHot, sgd, keyedDraws(key, step));
    dispose([images, oneHot]);
    disposeStep(result, { keepState: true });
    disposeState(last);
    last = result.state;
  }
}

const wide = wideResNet([16, 16, 3], 10, { depth: 10, widenFactor: 1 });
const cnn = smallCnn([28, 28, 1], 10, { channels: [8, 12], hidden: 32 });
const cases = [
  { model: wide, batchSize: 45, mebibytes: 16 },
  { model: cnn, batchSize: 120, mebibytes: 20 },
];

describe('A batch too large for the memory of the engine', () => {
  for (const { model, batchSize, mebibytes } of cases) {
    it(`of a ${model.name} ends as an error that names a batch size with which training goes on`, async () => {
      const told = await onSmallMachine(mebibytes, async memory => {
        const state = freshState(model);
        const work = {
          batchSize,
          remedy: 'Set batchSize in the config and start a new run.',
          attempt: (smaller: number) => trySteps(recipeWith(model), state, sgd, smaller),
        };
        const before = memory.bytesInUse;
        return explainExhaustion({ name: 'simd', memory }, work, async () => {
          takeSteps(model, state, batchSize, 1);
        }).then(
          () => assert.fail('the batch fits'),
          (error: unknown) => {
            // Scratch memory and transformed weights stay; activations would be many times this.
            assert.ok(memory.bytesInUse < before + (4 << 20));
            return error;
          },
        );
      });
      assert.ok(told instanceof BatchTooLarge);
      const { batchSizeThatFits } = told;
      assert.ok(batchSizeThatFits > 1 && batchSizeThatFits < batchSize);
      assert.ok(told.message.includes(`batchSize ${batchSize} is too large for the simd engine`));
      assert.ok(told.message.includes(`batchSize that fits is about ${batchSizeThatFits}, an estimate`));
      await onSmallMachine(mebibytes, async () => takeSteps(model, freshState(model), batchSizeThatFits, 4));
    });
  }

  it('is not what other errors, or those of engines whose memory others manage, are taken for', async () => {
    const work = { batchSize: 8, remedy: '', attempt: () => assert.fail('nothing is tried') };
    const error = new Error('the disk is full');
    await assert.rejects(
      explainExhaustion({ name: 'cpu' }, work, () => Promise.reject(error)),
      error,
    );
  });

  it('says so where not even one image fits', () =>
    onSmallMachine(16, async memory => {
      const exhausted = new MemoryExhausted(1, 0, 1);
      const attempt = () => {
        throw exhausted;
      };
      await assert.rejects(
        explainExhaustion({ name: 'simd', memory }, { batchSize: 4, remedy: '', attempt }, async () =>
          attempt(),
        ),
        (error: unknown) =>
          error instanceof BatchTooLarge &&
          error.batchSizeThatFits === 0 &&
          /Not even a batchSize of 1 fits/.test(error.message),
      );
    }));
});
