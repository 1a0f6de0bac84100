import assert from 'node:assert/strict';
import { memory } from '@tensorflow/tfjs-core';
import type { Threat } from '../../../extension/trainer/attacks/ball';
import { fabT } from '../../../extension/trainer/attacks/fabT';
import { fabUntargeted } from '../../../extension/trainer/attacks/fabUntargeted';
import { onEngine } from '../support/engine';
import { at, dot, type Matrix, randomMatrix, range, type Vector } from '../support/float64';
import {
  batchOf,
  countedVictim,
  judgeCandidates,
  linearVictim,
  predictionsOf,
  settingOf,
} from '../support/victims';

const pixels = 12;
const classes = 4;
const clip = (value: number) => Math.min(Math.max(value, 0), 1);
// Some pixels lie at their ends, where the box cuts.
const images = randomMatrix('fab images', 16, pixels, 0.35).map(row => row.map(v => clip(0.5 + v)));
const weights = randomMatrix('fab weights', classes, pixels, 1);
const biases = [0, 0.2, -0.1, 0.1];

/** Distance from an image of class y to the nearest point of the box where class t wins, in closed form up to bisection. */
function distanceTo(x: Vector, y: number, t: number, norm: Threat['norm']): number {
  const w = at(weights, t).map((value, i) => value - at(at(weights, y), i));
  const gap = -(dot(w, x) + at(biases, t) - at(biases, y));
  const step = (lambda: number) =>
    w.map((value, i) => {
      const room = value > 0 ? 1 - at(x, i) : at(x, i);
      const wish = lambda * (norm === 'linf' ? 1 : Math.abs(value));
      return Math.sign(value) * Math.min(wish, room);
    });
  let [low, high] = [0, 100];
  if (dot(w, step(high)) < gap) return Number.POSITIVE_INFINITY;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (dot(w, step(middle)) < gap) low = middle;
    else high = middle;
  }
  const d = step(high);
  return norm === 'linf' ? Math.max(...d.map(Math.abs)) : Math.hypot(...d);
}

const nearestDistance = (x: Vector, y: number, norm: Threat['norm']) =>
  Math.min(
    ...range(classes)
      .filter(t => t !== y)
      .map(t => distanceTo(x, y, t, norm)),
  );

async function brokenWithin(threat: Threat, untargeted: boolean, rows: Matrix, labels: readonly number[]) {
  const victim = linearVictim(weights, biases);
  const attack = untargeted ? fabUntargeted(classes, { restarts: 2 }) : fabT(classes);
  const broken = new Set<number>();
  for (let pass = 0; pass < attack.passes; pass++) {
    const batch = await batchOf(victim, rows, 3, labels);
    const found = await attack.run(settingOf(victim, threat), batch, pass);
    for (const { row, distance } of await judgeCandidates(victim, threat, batch, found)) {
      assert.ok(distance <= threat.epsilon + 1e-6);
      broken.add(row);
    }
    batch.images.dispose();
  }
  return broken;
}

describe('FAB', () => {
  onEngine('wasm');

  for (const norm of ['linf', 'l2'] as const) {
    it(`${norm}: breaks a linear network's examples just where the boundary comes within epsilon, the box included`, async () => {
      const labels = await predictionsOf(linearVictim(weights, biases), images, 3);
      for (const row of [0, 8]) {
        const [x, label] = [at(images, row), at(labels, row)];
        const distance = nearestDistance(x, label, norm);
        const broken = (epsilon: number) => brokenWithin({ norm, epsilon }, false, [x], [label]);
        assert.equal((await broken(distance * 1.02)).size, 1, `example ${row}, ${distance} away`);
        assert.equal((await broken(distance * 0.999)).size, 0, `example ${row}, ${distance} away`);
      }
    });

    it(`${norm}, towards whichever class is closest: the same where the box does not cut`, async () => {
      const inner = images.map(row => row.map(value => 0.5 + 0.2 * (value - 0.5)));
      const labels = await predictionsOf(linearVictim(weights, biases), inner, 3);
      for (const row of [1, 3]) {
        const [x, label] = [at(inner, row), at(labels, row)];
        const distance = nearestDistance(x, label, norm);
        const broken = (epsilon: number) => brokenWithin({ norm, epsilon }, true, [x], [label]);
        assert.equal((await broken(distance * 1.02)).size, 1, `example ${row}, ${distance} away`);
        assert.equal((await broken(distance * 0.999)).size, 0, `example ${row}, ${distance} away`);
      }
    });
  }

  it('costs three units an iteration, a backward pass and two forward passes, and nothing once an example is broken', async () => {
    const { victim, counts } = countedVictim(linearVictim(weights, biases));
    const labels = await predictionsOf(victim, images, 3);
    const batch = await batchOf(victim, images, 3, labels);
    counts.forward = 0;
    const attack = fabT(classes);
    const robust = await attack.run(settingOf(victim, { norm: 'linf', epsilon: 1e-7 }), batch, 0);
    assert.deepEqual(robust.rows, []);
    assert.deepEqual(counts, { forward: 16 * 200, backward: 16 * 100 });
    counts.forward = counts.backward = 0;
    const broken = await attack.run(settingOf(victim, { norm: 'linf', epsilon: 0.99 }), batch, 0);
    assert.equal(broken.rows.length, 16);
    assert.ok(counts.forward <= 16 * 12, `${counts.forward}`);
    broken.images?.dispose();
    batch.images.dispose();
  });

  it('leaves no tensors behind', async () => {
    const victim = linearVictim(weights, biases);
    const labels = await predictionsOf(victim, images, 3);
    const batch = await batchOf(victim, images, 3, labels);
    const before = memory().numTensors;
    for (const attack of [fabT(classes), fabUntargeted(classes, { restarts: 2 })]) {
      const found = await attack.run(settingOf(victim, { norm: 'l2', epsilon: 0.2 }), batch, 1);
      found.images?.dispose();
      assert.equal(memory().numTensors, before, attack.name);
    }
    batch.images.dispose();
  });
});
