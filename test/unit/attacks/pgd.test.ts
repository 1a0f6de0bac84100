import assert from 'node:assert/strict';
import { memory, mul, type Scalar, slice, square, sum, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import type { Threat } from '../../../extension/trainer/attacks/ball';
import { projectedGradientAscent } from '../../../extension/trainer/attacks/pgd';
import { crossEntropySum } from '../../../extension/trainer/objectives/logSoftmax';
import { onEngine, valuesOf } from '../support/engine';
import {
  assertClose,
  at,
  dot,
  length,
  type Matrix,
  randomMatrix,
  range,
  toRows,
  type Vector,
} from '../support/float64';
import { freshState, randomBatch, tinyPreActResNet } from '../support/recipes';

const pixels = 12;
const images = (rows: Matrix): Tensor4D => tensor4d(rows.flat(), [rows.length, 2, 2, 3]);
const clip = (value: number) => Math.min(Math.max(value, 0), 1);

const slopes = randomMatrix('slopes', 4, pixels);
/** sum_i a_i . x_i: its maximum over a ball is known in closed form. */
const linearLoss = (x: Tensor4D): Scalar => sum(mul(x, images(slopes)));

function ascend(
  centre: Matrix,
  threat: Threat,
  options: { steps: number; stepSize: number },
  start = centre,
) {
  const found = projectedGradientAscent(linearLoss, images(centre), images(start), threat, options);
  return toRows(valuesOf(found), pixels);
}

/** argmax a . x over box and l2 ball: c + clip(m a) with the largest m that fits. */
function linearOptimumL2(slope: Vector, centre: Vector, epsilon: number): number[] {
  const moved = (m: number) => slope.map((a, j) => clip(at(centre, j) + m * a));
  let [low, high] = [0, 1e4];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (length(moved(middle).map((value, j) => value - at(centre, j))) <= epsilon) low = middle;
    else high = middle;
  }
  return moved(low);
}

describe('Projected gradient ascent', () => {
  onEngine('wasm');

  const inside = randomMatrix('inside', 4, pixels, 0.05).map(row => row.map(value => 0.5 + value));
  const anywhere = randomMatrix('anywhere', 4, pixels, 0.5).map(row => row.map(value => clip(0.5 + value)));

  it('reaches the linf optimum of a linear loss: every pixel epsilon up its slope, cut by the box', () => {
    const epsilon = 0.1;
    for (const centre of [inside, anywhere]) {
      const found = ascend(centre, { norm: 'linf', epsilon }, { steps: 5, stepSize: 0.025 });
      const expected = centre.map((row, i) =>
        row.map((c, j) => clip(c + epsilon * Math.sign(at(at(slopes, i), j)))),
      );
      assertClose(found.flat(), expected.flat(), { absolute: 1e-6 });
    }
  });

  it('reaches the l2 optimum of a linear loss: epsilon along the slope', () => {
    const epsilon = 0.2;
    const found = ascend(inside, { norm: 'l2', epsilon }, { steps: 5, stepSize: 0.05 });
    const expected = inside.map((row, i) => {
      const slope = at(slopes, i);
      return row.map((c, j) => c + (epsilon * at(slope, j)) / length(slope));
    });
    assertClose(found.flat(), expected.flat(), { absolute: 1e-6 });
  });

  it('comes within 1 % of the l2 optimum where the box cuts', () => {
    const epsilon = 0.8;
    const found = ascend(anywhere, { norm: 'l2', epsilon }, { steps: 300, stepSize: 0.02 });
    found.forEach((row, i) => {
      const [slope, centre] = [at(slopes, i), at(anywhere, i)];
      const gain = (x: Vector) => dot(slope, x) - dot(slope, centre);
      const best = gain(linearOptimumL2(slope, centre, epsilon));
      assert.ok(gain(row) > 0.99 * best && gain(row) < 1.001 * best, `${gain(row)} of ${best}`);
    });
  });

  it('takes steps of stepSize before the ball is reached', () => {
    const linf = ascend(inside, { norm: 'linf', epsilon: 0.3 }, { steps: 3, stepSize: 0.01 });
    const l2 = ascend(inside, { norm: 'l2', epsilon: 0.3 }, { steps: 3, stepSize: 0.01 });
    linf.forEach((row, i) => {
      const moved = row.map((value, j) => Math.abs(value - at(at(inside, i), j)));
      assertClose(
        moved,
        moved.map(() => 0.03),
        { absolute: 1e-6 },
      );
    });
    l2.forEach((row, i) => {
      assertClose([length(row.map((value, j) => value - at(at(inside, i), j)))], [0.03], { absolute: 1e-6 });
    });
  });

  it('without steps returns the start, apart from it in memory', () => {
    const centre = images(inside);
    const found = projectedGradientAscent(
      linearLoss,
      centre,
      centre,
      { norm: 'linf', epsilon: 0.1 },
      { steps: 0, stepSize: 1 },
    );
    centre.dispose();
    assertClose(valuesOf(found), inside.flat(), { absolute: 1e-7 });
  });

  it('goes uphill on a loss that curves, against it too', () => {
    const centre = images(anywhere);
    const loss = (x: Tensor4D): Scalar => sum(square(x));
    const before = loss(centre).dataSync()[0] ?? 0;
    const found = projectedGradientAscent(
      loss,
      centre,
      centre,
      { norm: 'linf', epsilon: 0.1 },
      { steps: 10, stepSize: 0.02 },
    );
    assertClose(
      valuesOf(found),
      anywhere.flat().map(value => (value > 0 ? clip(value + 0.1) : 0)),
      { absolute: 1e-6 },
    );
    assert.ok((loss(found).dataSync()[0] ?? 0) > before);
  });

  for (const norm of ['linf', 'l2'] as const) {
    it(`${norm}: keeps a network's images valid, ignores their neighbours and leaves no tensors behind`, () => {
      const model = tinyPreActResNet();
      const { parameters, statistics } = freshState(model);
      const { images: clean, oneHot } = randomBatch(model, 6);
      const threat = { norm, epsilon: norm === 'linf' ? 0.1 : 0.8 } as const;
      const attack = (rows: number[]) => {
        const [from, count] = [at(rows, 0), rows.length];
        const labels = slice(oneHot, [from, 0], [count, -1]);
        const centre = slice(clean, [from, 0, 0, 0], [count, -1, -1, -1]);
        const options = { steps: 5, stepSize: threat.epsilon / 3 };
        const loss = (x: Tensor4D) =>
          crossEntropySum(labels, model.forward(parameters, statistics, x, 'eval').logits);
        const found = projectedGradientAscent(loss, centre, centre, threat, options);
        return toRows(valuesOf(found), 8 * 8 * 3);
      };
      const whole = attack(range(6));
      const cleanRows = toRows(valuesOf(clean), 8 * 8 * 3);
      whole.forEach((row, i) => {
        const offset = row.map((value, j) => value - at(at(cleanRows, i), j));
        const size = norm === 'linf' ? Math.max(...offset.map(Math.abs)) : length(offset);
        assert.ok(size <= threat.epsilon + 1e-6 && size > 0.5 * threat.epsilon, `size ${size}`);
        assert.ok(row.every(value => value >= 0 && value <= 1));
      });
      assertClose(attack([2, 3]).flat(), whole.slice(2, 4).flat(), { absolute: 1e-5 });

      const before = memory().numTensors;
      const loss = (x: Tensor4D) =>
        crossEntropySum(oneHot, model.forward(parameters, statistics, x, 'eval').logits);
      projectedGradientAscent(loss, clean, clean, threat, { steps: 2, stepSize: 0.01 }).dispose();
      assert.equal(memory().numTensors, before);
    });
  }
});
