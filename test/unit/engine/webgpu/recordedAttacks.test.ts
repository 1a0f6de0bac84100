import assert from 'node:assert/strict';
import { backend } from '@tensorflow/tfjs-core';
import { apgdCe } from '../../../../extension/trainer/attacks/apgdCe';
import type { Attack } from '../../../../extension/trainer/attacks/attack';
import { mim } from '../../../../extension/trainer/attacks/mim';
import { pgdAttack } from '../../../../extension/trainer/attacks/pgdAttack';
import type { Victim } from '../../../../extension/trainer/attacks/victim';
import { uniforms } from '../../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../../extension/trainer/random/key';
import { onSwiftShader } from '../../support/swiftShader';
import { batchOf, linearVictim, settingOf } from '../../support/victims';

const pixels = 16;
const classes = 4;
const key = rootKey(11);
const drawn = (purpose: string, count: number) => Array.from(uniforms(derive(key, purpose), count));
const rowsOf = (values: readonly number[], width: number) =>
  Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width));

describe('Attacks on the webgpu engine', () => {
  onSwiftShader();

  const attacks: readonly Attack[] = [pgdAttack({ steps: 5 }), mim({ steps: 4 }), apgdCe()];
  for (const attack of attacks) {
    it(`find the same images, bit for bit, whether their steps are repeated or not: ${attack.name}`, async () => {
      const repeating = linearVictim(
        rowsOf(
          drawn('weights', classes * pixels).map(value => value - 0.5),
          pixels,
        ),
        drawn('biases', classes),
      );
      const plain: Victim = { classes, logits: repeating.logits };
      const found: Float32Array[] = [];
      for (const victim of [plain, repeating]) {
        const { recordings } = backend() as unknown as { recordings: { forget(): void } };
        recordings.forget();
        const batch = await batchOf(
          victim,
          rowsOf(drawn('images', 6 * pixels), pixels),
          4,
          [0, 1, 2, 3, 0, 1],
        );
        const setting = settingOf(victim, { norm: 'linf', epsilon: 0.03 });
        const { rows, images } = await attack.run(setting, batch, 0);
        found.push(Float32Array.from([...rows, ...((await images?.data()) ?? [])]));
        images?.dispose();
        batch.images.dispose();
      }
      const [once, again] = found;
      assert.ok(once && once.length > 0);
      assert.deepEqual(again, once);
    });
  }
});
