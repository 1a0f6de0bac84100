import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { BatchTooLarge } from '../../../extension/trainer/engine/batchTooLarge';
import { type EngineMemory, MemoryExhausted } from '../../../extension/trainer/engine/memory';
import { landscapeSession } from '../../../extension/trainer/landscape/session';
import { onEngine } from '../support/engine';
import { landscapeResult } from '../support/landscapes';
import { network, pixels } from './support/linearSoftmax';

/** A memory in which a gradient of more than so many images has no room. */
function smallMemory(images: number): { readonly memory: EngineMemory; refuse(batch: number): void } {
  let peak = 0;
  return {
    memory: {
      bytesInUse: 100,
      get peakBytes() {
        return peak;
      },
      restartPeak() {
        peak = 0;
      },
      releaser: () => () => {},
    },
    refuse(batch) {
      peak = Math.max(peak, 100 + 10 * batch);
      if (batch > images) throw new MemoryExhausted(10 * batch, 10 * images, 100);
    },
  };
}

describe('A landscape whose batches do not fit in the memory of the engine', () => {
  onEngine('cpu');

  it('ends as an error that names the batch size that fits, and how to give it', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'landscape-'));
    const small = smallMemory(5);
    const { model, ...weights } = network();
    const refusing = {
      ...model,
      forward: (...inputs: Parameters<typeof model.forward>) => {
        small.refuse(inputs[2].shape[0]);
        return model.forward(...inputs);
      },
    };
    const count = 12;
    const { setting } = landscapeResult({ measures: ['worst-case'], losses: ['clean'] });
    try {
      await assert.rejects(
        landscapeSession({
          file: path.join(folder, 'landscape.json'),
          name: 'landscape',
          setting: { ...setting, indices: Array.from({ length: count }, (_, i) => i) },
          engine: { name: 'simd', device: 'test', memory: small.memory },
          network: { model: refusing, ...weights },
          set: {
            images: new Uint8Array(count * pixels),
            labels: new Uint8Array(count),
            ...{ count, height: 1, width: 1, channels: pixels },
          },
          batchSize: 12,
          command: { directory: folder, arguments: ['landscape'] },
          signal: new AbortController().signal,
          tell: () => {},
        }),
        (error: unknown) =>
          error instanceof BatchTooLarge &&
          error.batchSizeThatFits >= 3 &&
          error.batchSizeThatFits <= 5 &&
          /batchSize 12 is too large for the simd engine: .* give it with --batch\./.test(error.message),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
