import assert from 'node:assert/strict';
import { tensor4d } from '@tensorflow/tfjs-core';
import { objectives } from '../../../extension/trainer/objectives/catalogue';
import { trainingLoss } from '../../../extension/trainer/step/trainingLoss';
import { matrixTensor, onEngine, scalarOf } from '../support/engine';
import { assertClose, type Matrix, oneHot64, randomMatrix } from '../support/float64';
import { curvedLogits64, curvedModel, polynomial, recorded } from '../support/handwrittenModel';
import { literalBatchTargets, literalTerms } from '../support/lastLayer64';
import { objective64 } from '../support/objectives64';
import { recipeWith } from '../support/recipes';

const [pixels, classes, batch, beta] = [5, 4, 6, 3];
const curve = polynomial(0.2, 0);
const weights = randomMatrix('loss weights', pixels, classes, 0.8);
const positive = (name: string): Matrix =>
  randomMatrix(name, batch, pixels).map(row => row.map(value => Math.abs(value)));
const [clean, attacked] = [positive('loss images'), positive('loss attacked')];
const labels = [0, 1, 2, 3, 0, 1];

type Changes = Parameters<typeof recipeWith>[1];

function lossOf(changes: Changes) {
  const { model, calls } = recorded(curvedModel(pixels, classes, curve));
  const images = (rows: Matrix) => tensor4d(rows.flat(), [batch, 1, 1, pixels]);
  const loss = trainingLoss(
    recipeWith(model, { beta, ...changes }),
    new Map([['conv.w', matrixTensor(weights)]]),
    new Map(),
    {
      natural: images(clean),
      adversarial: images(attacked),
      oneHot: matrixTensor(oneHot64(labels, classes)),
    },
    [],
  );
  return { loss, calls };
}

describe('The loss of a training step', () => {
  onEngine('wasm');

  for (const name of Object.keys(objectives) as (keyof typeof objectives)[]) {
    for (const order of [0, 1, 2] as const) {
      it(`${name} of order ${order} is (1 - alpha) natural + alpha T1 + alpha secondWeight T2 + beta robust`, () => {
        const [natural, adversarial] = [clean, attacked].map(images => ({
          logits: curvedLogits64(images, weights, curve),
          features: images,
        }));
        assert.ok(natural && adversarial);
        const expected = objective64(name, natural.logits, adversarial.logits, labels);
        const targets = literalBatchTargets(natural, adversarial, labels, 'reference');
        const { first, second } = literalTerms(natural.logits, adversarial.logits, targets);
        for (const [alpha, secondWeight] of [
          [0.2, 0.5],
          [0.7, 0.4],
        ] as const) {
          const { loss } = lossOf({ objective: objectives[name], taylor: { order, alpha, secondWeight } });
          const weight = order > 0 ? alpha : 0;
          const total =
            (1 - weight) * expected.natural +
            beta * (expected.robust ?? 0) +
            weight * first +
            (order === 2 ? weight * secondWeight * second : 0);
          assertClose([scalarOf(loss.total)], [total], { relative: 1e-5 });
          assertClose(
            [scalarOf(loss.terms.natural)],
            [expected.natural],
            { relative: 1e-5 },
            'unweighted term',
          );
          assert.deepEqual(
            [loss.terms.first !== undefined, loss.terms.second !== undefined],
            [order > 0, order === 2],
          );
        }
      });
    }
  }

  it('passes each batch that it needs once, in train mode', () => {
    const passes = (objective: keyof typeof objectives, order: 0 | 1 | 2) => {
      const { calls } = lossOf({ objective: objectives[objective], taylor: { order } });
      assert.ok(calls.every(({ mode }) => mode === 'train'));
      return calls.length;
    };
    assert.deepEqual(
      [passes('standard', 0), passes('pgd-at', 0), passes('trades', 0), passes('mart', 0)],
      [1, 1, 2, 2],
    );
    assert.deepEqual(
      [passes('standard', 2), passes('pgd-at', 1), passes('trades', 2), passes('mart', 2)],
      [2, 2, 2, 2],
    );
  });
});
