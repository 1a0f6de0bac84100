import assert from 'node:assert/strict';
import { grad, type Scalar, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import {
  type AttackLoss,
  carliniWagnerLoss,
  crossEntropyLoss,
  dlrLoss,
  targetedCrossEntropyLoss,
  targetedDlrLoss,
} from '../../../extension/trainer/attacks/attackLosses';
import { oneHotLabels } from '../../../extension/trainer/step/batch';
import { matrixTensor, onEngine, scalarOf, valuesOf } from '../support/engine';
import {
  assertClose,
  at,
  logSoftmax64,
  type Matrix,
  numericGradient,
  randomMatrix,
  total,
  type Vector,
} from '../support/float64';

const classes = 6;
const logits = randomMatrix('attack logits', 12, classes, 2);
const labels = logits.map((_, row) => row % classes);
const targets = logits.map((_, row) => (row + 1 + (row % 4)) % classes);

const falling = (z: Vector) => z.toSorted((a, b) => b - a);
const others = (z: Vector, y: number) => z.filter((_, c) => c !== y);

/** Each loss as its definition has it. */
const definitions: Readonly<Record<string, [AttackLoss, (z: Vector, y: number, t: number) => number]>> = {
  'cross-entropy': [crossEntropyLoss, (z, y) => -at(logSoftmax64(z), y)],
  'minus cross-entropy with the target': [targetedCrossEntropyLoss, (z, _, t) => at(logSoftmax64(z), t)],
  DLR: [
    dlrLoss,
    (z, y) => -(at(z, y) - Math.max(...others(z, y))) / (at(falling(z), 0) - at(falling(z), 2) + 1e-12),
  ],
  'targeted DLR': [
    targetedDlrLoss,
    (z, y, t) => {
      const [first, , third, fourth] = falling(z) as [number, number, number, number];
      return -(at(z, y) - at(z, t)) / (first - 0.5 * (third + fourth) + 1e-12);
    },
  ],
  'CW margin': [carliniWagnerLoss, (z, y) => -Math.max(at(z, y) - Math.max(...others(z, y)) + 50, 0)],
};

describe('What attacks maximise', () => {
  onEngine('wasm');

  for (const [name, [loss, define]] of Object.entries(definitions)) {
    const sum64 = (rows: Matrix) => total(rows.map((row, i) => define(row, at(labels, i), at(targets, i))));

    it(`${name} is its definition, on the engine and in float64`, () => {
      const found = tidy(() => scalarOf(sumOn(loss, matrixTensor(logits))));
      assertClose([found], [sum64(logits)], { relative: 1e-5 });
      const read = { values: logits.flat(), classes };
      const rows = logits.map((_, row) => loss.value(read, row, at(labels, row), at(targets, row)));
      assertClose(
        rows,
        logits.map((row, i) => define(row, at(labels, i), at(targets, i))),
        { relative: 1e-12 },
      );
    });

    it(`${name} has the gradient of its definition`, () => {
      const found = tidy(() =>
        valuesOf(grad(z => sumOn(loss, z as Tensor2D))(matrixTensor(logits) as Tensor)),
      );
      assertClose(found, numericGradient(sum64, logits).flat(), { absolute: 2e-5 });
    });
  }

  it('DLR does not change when logits are shifted and scaled, as cross-entropy does', () => {
    const scaled = logits.map(row => row.map(z => 1000 * z + 7));
    const of = (loss: AttackLoss, rows: Matrix) => loss.value({ values: rows.flat(), classes }, 3, 1, 2);
    assertClose([of(dlrLoss, scaled)], [of(dlrLoss, logits)], { relative: 1e-9 });
    assert.ok(Math.abs(of(crossEntropyLoss, scaled) - of(crossEntropyLoss, logits)) > 1);
  });
});

function sumOn(loss: AttackLoss, z: Tensor2D): Scalar {
  const label = oneHotLabels(Int32Array.from(labels), classes);
  return loss.sum(z, { label, target: oneHotLabels(Int32Array.from(targets), classes) });
}
