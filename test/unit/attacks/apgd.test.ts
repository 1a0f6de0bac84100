import assert from 'node:assert/strict';
import {
  add,
  matMul,
  memory,
  mul,
  reshape,
  square,
  sub,
  sum,
  type Tensor2D,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { apgdIterations, autoPgd } from '../../../extension/trainer/attacks/apgd';
import { carliniWagnerLoss, crossEntropyLoss } from '../../../extension/trainer/attacks/attackLosses';
import type { Threat } from '../../../extension/trainer/attacks/ball';
import type { Victim } from '../../../extension/trainer/attacks/victim';
import { onEngine } from '../support/engine';
import { at, randomMatrix, range, total } from '../support/float64';
import {
  batchOf,
  countedVictim,
  judgeCandidates,
  linearVictim,
  predictionsOf,
  settingOf,
} from '../support/victims';

const pixels = 16;
const images = randomMatrix('apgd images', 20, pixels, 0.12).map(row =>
  row.map(value => Math.min(Math.max(0.5 + value, 0), 1)),
);
const weights = randomMatrix('apgd weights', 2, pixels, 1);
// Grey is on the boundary.
const biases = weights.map(row => -0.5 * total(row));

describe('Auto-PGD', () => {
  onEngine('wasm');

  for (const [norm, epsilon] of [
    ['linf', 0.03],
    ['l2', 0.1],
  ] as const) {
    it(`${norm}: breaks exactly those examples of a linear network that some perturbation breaks`, async () => {
      const victim = linearVictim(weights, biases);
      const labels = await predictionsOf(victim, images, 4);
      const batch = await batchOf(victim, images, 4, labels);
      const threat: Threat = { norm, epsilon };
      const found = await autoPgd(settingOf(victim, threat), batch, crossEntropyLoss, batch.labels);
      const broken = await judgeCandidates(victim, threat, batch, found);
      batch.images.dispose();
      // No pixel is near its end, so that the best perturbation is the plane's normal (l2) or its signs (linf).
      const breakable = images.flatMap((x, row) => {
        const y = at(labels, row);
        const reached = range(2).some(t => {
          if (t === y) return false;
          const w = at(weights, t).map((value, i) => value - at(at(weights, y), i));
          const gap = w.reduce((total, value, i) => total + value * at(x, i), at(biases, t) - at(biases, y));
          const gain =
            norm === 'linf' ? w.reduce((total, value) => total + Math.abs(value), 0) : Math.hypot(...w);
          return gap + epsilon * gain > 1e-4;
        });
        return reached ? [row] : [];
      });
      assert.ok(breakable.length > 3 && breakable.length < 18, `${breakable.length} of 20`);
      assert.deepEqual(
        broken.map(({ row }) => row).sort((a, b) => a - b),
        breakable,
      );
      for (const { distance, image } of broken) {
        assert.ok(distance <= epsilon + 1e-5, `${distance}`);
        assert.ok(image.every(value => value >= 0 && value <= 1));
      }
    });
  }

  it('spends a forward pass on every iterate of a robust example, a backward pass on all but the last, and none on broken ones', async () => {
    const { victim, counts } = countedVictim(linearVictim(weights, biases));
    const labels = await predictionsOf(victim, images, 4);
    const batch = await batchOf(victim, images, 4, labels);
    counts.forward = 0;
    let announced = 0;
    const setting = {
      ...settingOf(victim, { norm: 'linf', epsilon: 0.03 }),
      spend: (units: number) => {
        announced += units;
      },
    };
    const found = await autoPgd(setting, batch, crossEntropyLoss, batch.labels);
    const robust = 20 - found.rows.length;
    found.images?.dispose();
    assert.ok(robust > 0);
    assert.ok(counts.forward >= robust * (apgdIterations + 1));
    // The others of this easy network fall within the first iterates.
    assert.ok(counts.forward <= robust * (apgdIterations + 1) + found.rows.length * 8, `${counts.forward}`);
    assert.equal(counts.forward - counts.backward, robust, 'only the last iterate goes without its gradient');
    assert.equal(announced, counts.forward + counts.backward);

    const unbreakable = { ...setting, threat: { norm: 'linf', epsilon: 1e-6 } as const };
    counts.forward = counts.backward = 0;
    await autoPgd(unbreakable, batch, carliniWagnerLoss, batch.labels);
    batch.images.dispose();
    assert.deepEqual(counts, { forward: 20 * 101, backward: 20 * 100 });
  });

  it('halves its step where it overshoots, and so comes close to a maximum that fixed steps jump over', async () => {
    // z_1 - z_0 = 0.01 - 50 |x - c|^2 is positive in a ball of radius 0.014 around c only.
    const centre = range(pixels).map(i => 0.5 + 0.02 * (i % 2 === 0 ? 1 : -1));
    const victim: Victim = {
      classes: 2,
      logits(x) {
        const offset = sub(reshape(x, [x.shape[0], pixels]), tensor2d([centre]));
        const bump = sub(0.01, mul(sum(square(offset), 1, true), 50));
        return add(matMul(bump, tensor2d([[0, 1]])), 0) as Tensor2D;
      },
    };
    const rows = [range(pixels).map(() => 0.5)];
    const batch = await batchOf(victim, rows, 4, [0]);
    const threat: Threat = { norm: 'linf', epsilon: 0.1 };
    const found = await autoPgd(settingOf(victim, threat), batch, crossEntropyLoss, batch.labels);
    assert.deepEqual(found.rows, [0]);
    found.images?.dispose();
    batch.images.dispose();
  });

  it('counts examples whose gradient is zero in every pixel', async () => {
    const flat = linearVictim(
      weights.map(row => row.map(() => 0)),
      [1, 0],
    );
    const batch = await batchOf(
      flat,
      images,
      4,
      images.map(() => 0),
    );
    const found = await autoPgd(
      settingOf(flat, { norm: 'linf', epsilon: 0.1 }),
      batch,
      crossEntropyLoss,
      batch.labels,
    );
    batch.images.dispose();
    assert.equal(found.zeroGradients, 20);
    assert.deepEqual(found.rows, []);
  });

  it('leaves no tensors behind, also when it is stopped', async () => {
    const victim = linearVictim(weights, biases);
    const labels = await predictionsOf(victim, images, 4);
    const batch = await batchOf(victim, images, 4, labels);
    const before = memory().numTensors;
    const setting = settingOf(victim, { norm: 'l2', epsilon: 0.1 });
    (await autoPgd(setting, batch, crossEntropyLoss, batch.labels)).images?.dispose();
    assert.equal(memory().numTensors, before);
    let spent = 0;
    const stopped = {
      ...setting,
      spend: () => {
        if (++spent > 30) throw new Error('stop');
      },
    };
    await assert.rejects(autoPgd(stopped, batch, crossEntropyLoss, batch.labels), /stop/);
    assert.equal(memory().numTensors, before);
    tidy(() => batch.images.dispose());
  });
});
