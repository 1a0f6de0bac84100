import assert from 'node:assert/strict';
import { attacksOf } from '../../../extension/trainer/attacks/catalogue';
import { square } from '../../../extension/trainer/attacks/square';
import { onEngine } from '../support/engine';
import { assertClose, at, randomMatrix, range, total } from '../support/float64';
import { batchOf, judgeCandidates, linearVictim, predictionsOf, settingOf } from '../support/victims';

const pixels = 25;
const images = randomMatrix('keyed images', 9, pixels, 0.1).map(row => row.map(v => 0.5 + v));
const weights = randomMatrix('keyed weights', 5, pixels, 0.5);
// Grey is on every boundary.
const biases = weights.map(row => -0.5 * total(row));
const attacks = [
  ...attacksOf('fgsm,pgd-5,cw-5,mim-5,apgd-ce,apgd-dlr,apgd-t,fab,fab-t', 5).flatMap(entry => entry.attacks),
  square({ queries: 60 }),
];

describe('An attack gives the same images whatever the size and the order of its batches', () => {
  onEngine('wasm');

  for (const norm of ['linf', 'l2'] as const) {
    for (const attack of attacks) {
      it(`${attack.name}, ${norm}`, async () => {
        const victim = linearVictim(weights, biases);
        const labels = await predictionsOf(victim, images, 5);
        const threat = { norm, epsilon: norm === 'linf' ? 0.03 : 0.15 };
        const brokenOf = async (rows: readonly number[]) => {
          const batch = await batchOf(
            victim,
            rows.map(row => at(images, row)),
            5,
            rows.map(row => at(labels, row)),
            rows.map(row => 100 + row),
          );
          const found = await attack.run(settingOf(victim, threat), batch, 0);
          const broken = await judgeCandidates(victim, threat, batch, found);
          batch.images.dispose();
          return broken.map(({ row, image }) => [at(rows, row), image] as const);
        };
        const byExample = (found: readonly (readonly [number, readonly number[]])[]) =>
          found.toSorted(([a], [b]) => a - b);
        const together = byExample(await brokenOf(range(9)));
        const apart = byExample([
          ...(await brokenOf([8, 2, 5])),
          ...(await brokenOf([7])),
          ...(await brokenOf([0, 4, 6, 1, 3])),
        ]);
        assert.ok(together.length > 0, 'it breaks some');
        assert.deepEqual(
          apart.map(([row]) => row),
          together.map(([row]) => row),
        );
        for (const [i, [row, image]] of together.entries()) {
          assertClose(at(apart, i)[1], image, { absolute: 1e-5 }, `example ${row}`);
        }
      });
    }
  }
});
