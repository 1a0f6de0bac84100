import assert from 'node:assert/strict';
import { grad, type Tensor, type Tensor2D, tensor1d } from '@tensorflow/tfjs-core';
import { klFromTarget, softTargets } from '../../../extension/trainer/taylor/softTargets';
import { matrixTensor, onEngine, scalarOf, valuesOf } from '../support/engine';
import {
  assertClose,
  at,
  average,
  kl64,
  logSoftmax64,
  type Matrix,
  numericGradient,
  oneHot64,
  randomMatrix,
  randomVector,
  range,
  softmax64,
  toRows,
  total,
  type Vector,
} from '../support/float64';
import { literalTargets } from '../support/lastLayer64';

function targetsOf(v: Vector, labels: readonly number[]): Matrix {
  const oneHot = matrixTensor(oneHot64(labels, v.length));
  return toRows(valuesOf(softTargets(tensor1d([...v]), oneHot)), v.length);
}

function assertTargets(v: Vector, labels: readonly number[], absolute = 1e-6): void {
  const found = targetsOf(v, labels);
  const expected = labels.map(label => at(literalTargets(v), label));
  assertClose(found.flat(), expected.flat(), { absolute });
  for (const row of found) assert.ok(Math.abs(total(row) - 1) < 1e-6, `a row sums to ${total(row)}`);
}

describe('The soft targets of the last-layer Taylor terms', () => {
  onEngine('wasm');

  for (const classes of [3, 4, 10, 100]) {
    it(`are the rows of the ${classes} x ${classes} matrix R(v)`, () => {
      for (const scale of [1e-6, 1, 1e4]) {
        const v = randomVector(`gaps ${classes} ${scale}`, classes, scale);
        assertTargets(v, range(classes));
      }
    });
  }

  it('put 1 - kappa on the true class: 0.2 of 10 classes, 0.02 of 100', () => {
    for (const [classes, mass] of [
      [10, 0.2],
      [100, 0.02],
    ] as const) {
      const [row = []] = targetsOf(randomVector('gaps', classes), [3]);
      assertClose([at(row, 3)], [mass], { absolute: 1e-7 });
    }
  });

  it('spread evenly where all gaps are equal', () => {
    for (const gap of [0, 0.25, -3]) {
      const [row = []] = targetsOf(
        range(10).map(() => gap),
        [4],
      );
      assertClose(
        row,
        range(10).map(i => (i === 4 ? 0.2 : 0.8 / 9)),
        { absolute: 1e-7 },
      );
    }
  });

  it('spread evenly where the true class alone has a gap, and in proportion for the other images', () => {
    const v = range(10).map(i => (i === 2 ? 1.5 : -0.5));
    assertTargets(v, [2, 3]);
    const [alone = [], other = []] = targetsOf(v, [2, 3]);
    assertClose(
      alone,
      range(10).map(i => (i === 2 ? 0.2 : 0.8 / 9)),
      { absolute: 1e-7 },
    );
    assertClose(
      other,
      range(10).map(i => (i === 2 ? 0.8 : i === 3 ? 0.2 : 0)),
      { absolute: 1e-7 },
    );
  });

  it('are the labels themselves for two classes', () => {
    for (const v of [
      [0, 0],
      [3, -1],
      [-1, 3],
    ]) {
      assert.deepEqual(targetsOf(v, [0, 1]), [
        [1, 0],
        [0, 1],
      ]);
    }
  });

  it('stay finite for the smallest and largest gaps that training meets', () => {
    for (const scale of [1e-30, 1e-12, 1e12]) {
      const rows = targetsOf(randomVector('extremes', 10, scale), range(10));
      assert.ok(rows.flat().every(Number.isFinite), `scale ${scale}`);
    }
  });
});

describe('KL from a soft target', () => {
  onEngine('wasm');

  const kl = (target: Matrix, logits: Matrix): number =>
    average(target.map((row, i) => kl64(row, logSoftmax64(at(logits, i)))));

  it('is the batch mean of float64, with value and gradient', () => {
    for (const classes of [2, 10, 100]) {
      const target = randomMatrix(`target ${classes}`, 4, classes, 2).map(softmax64);
      const logQ = randomMatrix(`prediction ${classes}`, 4, classes, 2).map(logSoftmax64);
      const loss = (x: Tensor) => klFromTarget(matrixTensor(target), x as Tensor2D);
      const direct = (x: Matrix) => average(target.map((row, i) => kl64(row, at(x, i))));
      assertClose([scalarOf(loss(matrixTensor(logQ)))], [direct(logQ)], { absolute: 1e-6, relative: 1e-6 });
      const gradient = valuesOf(grad(loss)(matrixTensor(logQ)));
      assertClose(gradient, numericGradient(direct, logQ).flat(), { absolute: 1e-7 });
    }
  });

  it('takes 0 log 0 for 0', () => {
    const target = [
      [0, 1, 0],
      [0.5, 0, 0.5],
    ];
    const logits = randomMatrix('zero mass', 2, 3);
    const found = scalarOf(klFromTarget(matrixTensor(target), matrixTensor(logits.map(logSoftmax64))));
    assertClose([found], [kl(target, logits)], { relative: 1e-6 });
  });

  it('is 0 where the prediction is the target', () => {
    const logits = randomMatrix('same', 4, 10, 3);
    const found = scalarOf(
      klFromTarget(matrixTensor(logits.map(softmax64)), matrixTensor(logits.map(logSoftmax64))),
    );
    assertClose([found], [0], { absolute: 1e-6 });
  });
});
