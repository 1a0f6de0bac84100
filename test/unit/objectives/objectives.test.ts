import assert from 'node:assert/strict';
import { add, mul, type Scalar, sum } from '@tensorflow/tfjs-core';
import { gradients } from '../../../extension/trainer/autodiff';
import { tensorOf, tidyKeeping } from '../../../extension/trainer/models/tensorMap';
import { objectives } from '../../../extension/trainer/objectives/catalogue';
import { toBranch } from '../../../extension/trainer/objectives/objective';
import { branchOfLogits } from '../support/branches';
import { matrixTensor, onEngine, scalarOf, valuesOf } from '../support/engine';
import {
  assertClose,
  at,
  type Matrix,
  numericGradient,
  oneHot64,
  randomMatrix,
  range,
} from '../support/float64';
import { objective64, wrongClasses64 } from '../support/objectives64';

const beta = 6;
type Name = keyof typeof objectives;

function computed(name: Name, natural: Matrix, adversarial: Matrix, labels: readonly number[]) {
  return tidyKeeping(() => {
    const oneHot = matrixTensor(oneHot64(labels, at(natural, 0).length));
    const logits = { natural: matrixTensor(natural), adversarial: matrixTensor(adversarial) };
    const result = gradients(new Map(Object.entries(logits)), () => {
      const branches = {
        natural: branchOfLogits(logits.natural),
        adversarial: branchOfLogits(logits.adversarial),
      };
      const terms = objectives[name].terms(branches, oneHot);
      const objective = terms.robust ? add(terms.natural, mul(terms.robust, beta)) : terms.natural;
      // A branch that an objective lacks is taken 0 times, so that every logit has a gradient.
      return add(objective, mul(add(sum(logits.natural), sum(logits.adversarial)), 0)) as Scalar;
    });
    return {
      value: scalarOf(result.value),
      gradients: ['natural', 'adversarial'].map(branch => valuesOf(tensorOf(result.gradients, branch))),
    };
  });
}

interface Case {
  readonly what: string;
  readonly natural: Matrix;
  readonly adversarial: Matrix;
  readonly labels: readonly number[];
}

/** One class `gap` above the rest, with small differences among the rest. */
const peaked = (name: string, winners: readonly number[], classes: number, gap: number): number[][] =>
  randomMatrix(name, winners.length, classes, 0.25).map((row, i) =>
    row.map((value, c) => Math.fround(value + (c === winners[i] ? gap : 0))),
  );

const random = (classes: number): Case => ({
  what: `moderate predictions of ${classes} classes`,
  natural: randomMatrix(`natural ${classes}`, 5, classes, 1.5),
  adversarial: randomMatrix(`adversarial ${classes}`, 5, classes, 1.5),
  labels: range(5).map(i => (3 * i) % classes),
});

const cases: readonly Case[] = [
  random(2),
  random(10),
  random(100),
  {
    what: 'confident predictions, right and wrong (logit gaps of 20)',
    natural: peaked('confident', [0, 1, 2, 3], 10, 20),
    adversarial: peaked('attacked', [0, 1, 7, 8], 10, 20),
    labels: [0, 5, 2, 3],
  },
  {
    what: 'confident predictions of two classes',
    natural: peaked('confident two', [0, 1, 0], 2, 20),
    adversarial: peaked('attacked two', [0, 0, 1], 2, 20),
    labels: [0, 1, 1],
  },
  {
    what: 'ties',
    natural: [range(10).map(() => 0), range(10).map(i => (i < 2 ? 3 : 0))],
    adversarial: [range(10).map(i => (i === 4 || i === 6 ? 2 : 0)), range(10).map(() => 1)],
    labels: [4, 0],
  },
];

describe('The training objectives as functions of the logits', () => {
  onEngine('wasm');

  for (const name of Object.keys(objectives) as Name[]) {
    for (const { what, natural, adversarial, labels } of cases) {
      it(`${name}: value and gradient are those of float64 for ${what}`, () => {
        const wrong = wrongClasses64(adversarial, labels);
        const formula = (z: Matrix, zAdversarial: Matrix) => {
          const { natural: first, robust = 0 } = objective64(name, z, zAdversarial, labels, wrong);
          return first + beta * robust;
        };
        const { value, gradients: found } = computed(name, natural, adversarial, labels);
        // Logarithms of probabilities near e^-20 carry float32 rounding of about 20 * 6e-8, summed over beta KL terms.
        assertClose([value], [formula(natural, adversarial)], { absolute: 2e-5, relative: 2e-6 });
        const expected = [
          numericGradient(z => formula(z, adversarial), natural),
          numericGradient(z => formula(natural, z), adversarial),
        ];
        expected.forEach((gradient, i) => {
          // Where MART's p_k is near 1, 1.0001 - p_k is near 1e-4 and float32 resolves it to 6e-8: 6e-4 of itself.
          const relative = name === 'mart' ? 1e-3 : 1e-4;
          assertClose(at(found, i), gradient.flat(), { absolute: 2e-6, relative }, `gradient ${i}`);
        });
      });
    }
  }

  it('mart follows the most likely wrong class when it changes', () => {
    const labels = [0];
    const natural = [[2, 0.5, 0.25, 0]];
    const losses = [0, 0.5, 0.75, 1.25, 1.5].map(rise => {
      const adversarial = [[1.5, 1, rise, -0.5]];
      const wrong = wrongClasses64(adversarial, labels);
      const loss = (z: Matrix) => {
        const { natural: first, robust = 0 } = objective64('mart', natural, z, labels, wrong);
        return first + beta * robust;
      };
      const { value, gradients: found } = computed('mart', natural, adversarial, labels);
      assertClose([value], [loss(adversarial)], { absolute: 1e-5 });
      const gradient = numericGradient(loss, adversarial);
      assertClose(at(found, 1), gradient.flat(), { absolute: 2e-6, relative: 2e-4 });
      return at(wrong, 0);
    });
    assert.deepEqual(losses, [1, 1, 1, 2, 2]);
  });

  it('mart never takes the true class for the wrong one, however likely it is', () => {
    const { value } = computed('mart', [[30, 0, 0]], [[30, 0, 0]], [0]);
    assert.ok(Math.abs(value) < 2e-4, `loss ${value}`);
  });

  it('objectives that need a forward pass say which one is missing', () => {
    const branch = () =>
      toBranch({ logits: matrixTensor([[1, 2]]), features: matrixTensor([[1]]), batchStatistics: new Map() });
    assert.throws(
      () => objectives.trades.terms({ natural: branch() }, matrixTensor([[1, 0]])),
      /adversarial forward pass/,
    );
    assert.throws(
      () => objectives.mart.terms({ adversarial: branch() }, matrixTensor([[1, 0]])),
      /natural forward pass/,
    );
  });
});
