import assert from 'node:assert/strict';
import { grad, mul, sum, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { crossEntropySum, logSoftmax } from '../../../extension/trainer/objectives/logSoftmax';
import { matrixTensor, onEngine, scalarOf, valuesOf } from '../support/engine';
import {
  assertClose,
  at,
  dot,
  logSoftmax64,
  type Matrix,
  numericGradient,
  oneHot64,
  randomMatrix,
  range,
  softmax64,
  toRows,
  total,
} from '../support/float64';

const weighted = (logits: Matrix, weights: Matrix): number =>
  total(logits.map((row, i) => dot(logSoftmax64(row), at(weights, i))));

const crossEntropySum64 = (target: Matrix, logits: Matrix): number => -weighted(logits, target);

/** One logit at 0 and 10,000 at -17: together they hold 0.04 % of the mass, each less than a float32 step beside 1. */
const manySmall: Matrix = [[0, ...range(10_000).map(() => -17)]];

for (const engine of ['wasm', 'cpu'] as const) {
  describe(`The logarithm of softmax on ${engine}`, () => {
    onEngine(engine);

    it('equals float64 for 2, 10 and 100 classes', () => {
      for (const classes of [2, 10, 100]) {
        const logits = randomMatrix(`log softmax ${classes}`, 6, classes, 4);
        const found = valuesOf(logSoftmax(matrixTensor(logits)));
        assertClose(found, logits.flatMap(logSoftmax64), { absolute: 1e-6, relative: 1e-6 });
      }
    });

    it('stays exact for logits of 10,000 and -10,000', () => {
      const logits = [
        [1e4, -1e4, 0],
        [-1e4, -1e4, -1e4],
        [1e4, 1e4, 9990],
      ];
      const found = valuesOf(logSoftmax(matrixTensor(logits)));
      assertClose(found, logits.flatMap(logSoftmax64), { absolute: 1e-6, relative: 1e-6 });
    });

    it('does not lose 10,000 small terms beside a large one', () => {
      const found = valuesOf(logSoftmax(matrixTensor(manySmall)));
      const expected = logSoftmax64(at(manySmall, 0));
      // The largest class has -4.14e-4, and 0 where the others are added to it one by one in float32. What is left is the
      // rounding of the others' own sum, at most 10,000 * 2^-24.
      assertClose([at(found, 0)], [at(expected, 0)], { relative: 6e-4 });
      assertClose(found, expected, { absolute: 2e-6 });
    });

    it('has the gradient of float64, for any weighting of its outputs', () => {
      for (const classes of [2, 10, 100]) {
        const logits = randomMatrix(`logits ${classes}`, 4, classes, 3);
        const weights = randomMatrix(`weights ${classes}`, 4, classes);
        const loss = (z: Tensor) => sum(mul(logSoftmax(z as Tensor2D), matrixTensor(weights)));
        const found = valuesOf(grad(loss)(matrixTensor(logits)));
        const expected = numericGradient(z => weighted(z, weights), logits);
        assertClose(found, expected.flat(), { absolute: 5e-6 });
        for (const row of toRows(found, classes)) assert.ok(Math.abs(total(row)) < 1e-5);
      }
    });
  });

  describe(`The summed cross-entropy on ${engine}`, () => {
    onEngine(engine);

    const labels = [0, 1, 1];
    const hard = oneHot64(labels, 10);
    const soft = randomMatrix('soft targets', 3, 10).map(softmax64);

    for (const [what, target] of [
      ['hard', hard],
      ['soft', soft],
    ] as const) {
      it(`has value and gradient of float64 for ${what} targets`, () => {
        const logits = randomMatrix(`cross-entropy ${what}`, 3, 10, 3);
        const loss = (z: Tensor) => crossEntropySum(matrixTensor(target), z as Tensor2D);
        assertClose([scalarOf(loss(matrixTensor(logits)))], [crossEntropySum64(target, logits)], {
          relative: 1e-6,
        });
        const gradient = valuesOf(grad(loss)(matrixTensor(logits)));
        const expected = numericGradient(z => crossEntropySum64(target, z), logits);
        assertClose(gradient, expected.flat(), { absolute: 1e-6 });
        for (const row of toRows(gradient, 10)) assert.ok(Math.abs(total(row)) < 1e-6);
      });
    }

    it('gives confident predictions a gradient that is right to a few per cent of its own size', () => {
      // The gradient is p - t, a difference that naive arithmetic rounds to zero from gaps of about 16 on.
      const logits = [[12, 0, 1, -1, 0.5, 0, 0, 0, 0, 0]];
      const target = oneHot64([0], 10);
      const found = valuesOf(
        grad(z => crossEntropySum(matrixTensor(target), z as Tensor2D))(matrixTensor(logits)),
      );
      const p = softmax64(at(logits, 0));
      const expected = p.map((mass, i) => (i === 0 ? -total(p.slice(1)) : mass));
      assertClose(found.slice(1), expected.slice(1), { relative: 1e-4 });
      assertClose(found.slice(0, 1), expected.slice(0, 1), { relative: 1e-2 });
    });

    it('scales its gradient with the gradient from above', () => {
      const logits = randomMatrix('scaled', 3, 10, 2);
      const gradientOf = (factor: number) =>
        valuesOf(
          grad(z => mul(crossEntropySum(matrixTensor(hard), z as Tensor2D), factor))(matrixTensor(logits)),
        );
      assertClose(
        gradientOf(4),
        gradientOf(1).map(value => 4 * value),
        { relative: 1e-6 },
      );
    });

    it('stays finite for logits of 10,000 and -10,000', () => {
      const logits = [[1e4, -1e4, 0]];
      const target = [[0, 1, 0]];
      const loss = (z: Tensor) => crossEntropySum(matrixTensor(target), z as Tensor2D);
      assertClose([scalarOf(loss(matrixTensor(logits)))], [2e4], { relative: 1e-6 });
      assertClose(valuesOf(grad(loss)(matrixTensor(logits))), [1, -1, 0], { absolute: 1e-7 });
    });
  });
}
