import assert from 'node:assert/strict';
import { memory } from '@tensorflow/tfjs-core';
import { attacksOf, UnknownAttackError } from '../../../extension/trainer/attacks/catalogue';
import { CleanGradients } from '../../../extension/trainer/attacks/cleanGradients';
import { usualStepSize } from '../../../extension/trainer/attacks/stepSize';
import { onEngine, valuesOf } from '../support/engine';
import { assertClose, at, type Matrix, randomMatrix, softmax64, toRows } from '../support/float64';
import {
  batchOf,
  countedVictim,
  linearLogits64,
  linearVictim,
  predictionsOf,
  settingOf,
} from '../support/victims';

const pixels = 12;
const clip = (value: number) => Math.min(Math.max(value, 0), 1);
const images = randomMatrix('simple images', 6, pixels, 0.3).map(row => row.map(v => clip(0.5 + v)));
const weights = randomMatrix('simple weights', 3, pixels, 1);
const biases = [0, 0.2, -0.2];
const epsilon = 0.1;

/** Gradient of cross-entropy of the linear network: sum_c (p_c - [c = y]) w_c. */
function gradient64(x: readonly number[], y: number): number[] {
  const p = softmax64(linearLogits64(weights, biases, x));
  return x.map((_, i) =>
    p.reduce((sum, probability, c) => sum + (probability - (c === y ? 1 : 0)) * at(at(weights, c), i), 0),
  );
}

async function attacked(name: string, norm: 'linf' | 'l2', rows: Matrix = images): Promise<number[][]> {
  const victim = linearVictim(weights, biases);
  const labels = await predictionsOf(victim, rows, 3);
  const batch = await batchOf(victim, rows, 3, labels);
  const before = memory().numTensors;
  const attack = attacksOf(name, 3)[0]?.attacks[0] ?? assert.fail('no attack');
  const found = await attack.run(settingOf(victim, { norm, epsilon }), batch, 0);
  const after = found.images ? toRows(valuesOf(found.images), pixels) : [];
  found.images?.dispose();
  assert.equal(memory().numTensors, before, 'no tensors are left');
  batch.images.dispose();
  return after;
}

describe('One-loop attacks', () => {
  onEngine('wasm');

  it('FGSM moves every pixel by epsilon up the gradient of cross-entropy, cut by the box; for l2 along it', async () => {
    const labels = await predictionsOf(linearVictim(weights, biases), images, 3);
    const linf = images.map((x, row) => {
      const g = gradient64(x, at(labels, row));
      return x.map((value, i) => clip(value + epsilon * Math.sign(at(g, i))));
    });
    assertClose((await attacked('fgsm', 'linf')).flat(), linf.flat(), { absolute: 1e-6 });
    const inner = images.map(row => row.map(value => 0.5 + 0.5 * (value - 0.5)));
    const innerLabels = await predictionsOf(linearVictim(weights, biases), inner, 3);
    const l2 = inner.map((x, row) => {
      const g = gradient64(x, at(innerLabels, row));
      return x.map((value, i) => value + (epsilon * at(g, i)) / Math.hypot(...g));
    });
    assertClose((await attacked('fgsm', 'l2', inner)).flat(), l2.flat(), { absolute: 1e-5 });
  });

  it('MIM adds up gradients of mean absolute value 1 and steps along the sign of the sum', async () => {
    const labels = await predictionsOf(linearVictim(weights, biases), images, 3);
    const stepSize = usualStepSize(epsilon, 5);
    const expected = images.map((clean, row) => {
      let x = [...clean];
      let momentum = clean.map(() => 0);
      for (let step = 0; step < 5; step++) {
        const g = gradient64(x, at(labels, row));
        const mean = g.reduce((sum, value) => sum + Math.abs(value), 0) / pixels;
        momentum = momentum.map((m, i) => m + at(g, i) / mean);
        x = x.map((value, i) => {
          const moved = value + stepSize * Math.sign(at(momentum, i));
          return clip(Math.min(Math.max(moved, at(clean, i) - epsilon), at(clean, i) + epsilon));
        });
      }
      return x;
    });
    assertClose((await attacked('mim-5', 'linf')).flat(), expected.flat(), { absolute: 1e-6 });
  });

  for (const name of ['pgd-5', 'cw-5', 'mim-5']) {
    for (const norm of ['linf', 'l2'] as const) {
      it(`${name} in ${norm} stays in the ball and the box`, async () => {
        for (const [row, image] of (await attacked(name, norm)).entries()) {
          const offset = image.map((value, i) => value - at(at(images, row), i));
          const size = norm === 'linf' ? Math.max(...offset.map(Math.abs)) : Math.hypot(...offset);
          assert.ok(size <= epsilon + 1e-6 && size > 0.5 * epsilon, `${size}`);
          assert.ok(image.every(value => value >= 0 && value <= 1));
        }
      });
    }
  }

  it('FGSM and MIM share the gradient at the clean images', async () => {
    const { victim, counts } = countedVictim(linearVictim(weights, biases));
    const labels = await predictionsOf(victim, images, 3);
    const batch = await batchOf(victim, images, 3, labels);
    const shared = new CleanGradients(victim, true);
    const setting = {
      ...settingOf(victim, { norm: 'linf', epsilon } as const),
      cleanGradient: (wanted: typeof batch) => shared.of(wanted),
    };
    counts.forward = 0;
    for (const { attacks } of attacksOf('fgsm,mim-4', 3)) {
      for (const attack of attacks) (await attack.run(setting, batch, 0)).images?.dispose();
    }
    batch.images.dispose();
    assert.deepEqual(counts, { forward: 6 * 4, backward: 6 * 4 });
  });

  it('have the steps of the usual evaluations: epsilon / 10 for 20 steps, epsilon / 40 for 100', () => {
    assertClose([usualStepSize(0.2, 20), usualStepSize(0.2, 100)], [0.02, 0.005], { relative: 1e-12 });
  });
});

describe('A list of attacks', () => {
  const names = (list: string, classes = 10) =>
    attacksOf(list, classes).flatMap(({ attacks }) => attacks.map(attack => attack.name));

  it('knows the versions of AutoAttack', () => {
    assert.deepEqual(names('autoattack'), ['apgd-ce', 'apgd-t', 'fab-t', 'square']);
    assert.deepEqual(names('autoattack-plus'), ['apgd-ce', 'apgd-dlr', 'fab', 'square', 'apgd-t', 'fab-t']);
    const plus = attacksOf('autoattack-plus', 10)[0]?.attacks ?? [];
    assert.deepEqual(
      plus.map(attack => attack.passes),
      [5, 5, 5, 1, 9, 9],
    );
  });

  it('takes several, and any number of steps', () => {
    assert.deepEqual(names('fgsm, pgd-7,cw-20,mim-20,square'), [
      'fgsm',
      'pgd-7',
      'cw-20',
      'mim-20',
      'square',
    ]);
  });

  it('names the nearest attack for one that it does not know', () => {
    assert.throws(() => names('autoatack'), /UnknownAttackError.*"autoatack" is no attack.*autoattack/s);
    assert.throws(() => names('pgd20'), /Did you mean pgd-20\?/);
    assert.throws(() => names('fgsm,fgsm'), UnknownAttackError);
    assert.throws(() => names(''), /"" is no attack/);
  });

  it('targets fewer classes and says so where there are fewer, and does without the DLR loss', () => {
    const of = (name: string, classes: number) => attacksOf(name, classes)[0]?.attacks[0];
    assert.equal(of('apgd-t', 100)?.passes, 9);
    assert.equal(of('apgd-t', 10)?.note, undefined);
    assert.match(of('apgd-t', 5)?.note ?? '', /with 5 classes there are 4/);
    assert.match(of('apgd-t', 3)?.note ?? '', /needs 4 classes, there are 3: it used cross-entropy/);
    assert.equal(of('apgd-t', 3)?.passes, 2);
    assert.match(of('apgd-dlr', 2)?.note ?? '', /needs 3 classes, there are 2: it used cross-entropy/);
    assert.equal(of('apgd-dlr', 3)?.note, undefined);
  });
});
