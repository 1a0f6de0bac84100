import assert from 'node:assert/strict';
import { memory } from '@tensorflow/tfjs-core';
import { objectives } from '../../../extension/trainer/objectives/catalogue';
import { keyedDraws } from '../../../extension/trainer/step/draws';
import { disposeState, disposeStep, trainingStep } from '../../../extension/trainer/step/trainingStep';
import { onEngine } from '../support/engine';
import { countConvolutions } from '../support/kernelCounts';
import { freshState, key, randomBatch, recipeWith, tinyWideResNet } from '../support/recipes';

type Changes = Parameters<typeof recipeWith>[1];

const sgd = { learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4 };
const attackSteps = 10;
/** Convolutions of wide-resnet-10-1: the first, two in each of three blocks, two shortcuts. */
const convolutions = 9;

interface Cost {
  readonly what: string;
  readonly recipe: Changes;
  /** Forward passes, backward passes to the image, and backward passes to the weights. */
  readonly forward: number;
  readonly toImage: number;
  readonly toWeights: number;
}

const { standard, 'pgd-at': pgdAt, mart, trades } = objectives;
const crossEntropy = { loss: 'cross-entropy' } as const;
const antithetic = { estimator: 'antithetic', sigma: 0.01, sigmaScale: 'filter' } as const;

/** The attack on KL predicts the clean images once; every branch of the loss is passed once. */
const costs: readonly Cost[] = [
  {
    what: 'standard',
    recipe: { objective: standard, attack: crossEntropy, taylor: { order: 0 } },
    forward: 1,
    toImage: 0,
    toWeights: 1,
  },
  {
    what: 'pgd-at',
    recipe: { objective: pgdAt, attack: crossEntropy, taylor: { order: 0 } },
    forward: 11,
    toImage: 10,
    toWeights: 1,
  },
  {
    what: 'mart',
    recipe: { objective: mart, attack: crossEntropy, taylor: { order: 0 } },
    forward: 12,
    toImage: 10,
    toWeights: 2,
  },
  {
    what: 'TRADES',
    recipe: { objective: trades, noisyAttack: false, taylor: { order: 0 } },
    forward: 13,
    toImage: 10,
    toWeights: 2,
  },
  { what: 'RAT-TRADES of order 0', recipe: { taylor: { order: 0 } }, forward: 13, toImage: 10, toWeights: 2 },
  { what: 'RAT-TRADES of order 1', recipe: { taylor: { order: 1 } }, forward: 13, toImage: 10, toWeights: 2 },
  { what: 'RAT-TRADES of order 2', recipe: { taylor: { order: 2 } }, forward: 13, toImage: 10, toWeights: 2 },
  {
    what: 'RAT-standard of order 2',
    recipe: { objective: standard, attack: crossEntropy },
    forward: 12,
    toImage: 10,
    toWeights: 2,
  },
  {
    what: 'RAT-PGD-AT of order 2',
    recipe: { objective: pgdAt, attack: crossEntropy },
    forward: 12,
    toImage: 10,
    toWeights: 2,
  },
  {
    what: 'RAT-MART of order 2',
    recipe: { objective: mart, attack: crossEntropy },
    forward: 12,
    toImage: 10,
    toWeights: 2,
  },
  {
    what: 'TRADES with the reference statistics',
    recipe: { taylor: { batchNormUpdates: 'reference' } },
    forward: 13,
    toImage: 10,
    toWeights: 2,
  },
  {
    what: 'RAT-TRADES with AWP',
    recipe: { noisyAttack: false, awpGamma: 0.005 },
    forward: 15,
    toImage: 10,
    toWeights: 4,
  },
  {
    what: 'antithetic terms of order 1',
    recipe: { taylor: { ...antithetic, order: 1 } },
    forward: 17,
    toImage: 10,
    toWeights: 6,
  },
  {
    what: 'antithetic terms of order 2',
    recipe: { taylor: antithetic },
    forward: 17,
    toImage: 10,
    toWeights: 6,
  },
  {
    what: 'antithetic terms, 3 draws',
    recipe: { taylor: { ...antithetic, draws: 3 } },
    forward: 25,
    toImage: 10,
    toWeights: 14,
  },
];

function oneStep(changes: Changes, steps: number) {
  const model = tinyWideResNet();
  const recipe = recipeWith(model, { ...changes, attack: { ...changes?.attack, steps } });
  const state = freshState(model);
  const { images, oneHot } = randomBatch(model, 2);
  return {
    state,
    step: (from = state, index = 0) =>
      trainingStep(recipe, from, images, oneHot, sgd, keyedDraws(key, index)),
  };
}

describe('What a training step with 10 attack steps costs', () => {
  onEngine('cpu');

  for (const { what, recipe, forward, toImage, toWeights } of costs) {
    // A backward pass to the weights costs two forward ones, and to the image about one.
    const units = forward + toImage + 2 * toWeights;
    it(`${what}: ${forward} forward passes, ${toImage} to the image, ${toWeights} to the weights; ${units} units`, () => {
      const { step } = oneStep(recipe, attackSteps);
      const found = countConvolutions('cpu', () => disposeStep(step()));
      assert.deepEqual(found, {
        forward: forward * convolutions,
        // The first layer's input is the image, whose gradient the weights do not need.
        toInput: toImage * convolutions + toWeights * (convolutions - 1),
        toFilter: toWeights * convolutions,
      });
    });
  }

  it('the method itself costs 27 forward units, as derived', () => {
    const { forward, toImage, toWeights } =
      costs.find(({ what }) => what === 'RAT-TRADES of order 2') ?? costs[0] ?? assert.fail();
    assert.equal(forward + toImage + 2 * toWeights, 27);
  });
});

describe('Memory of a training step', () => {
  onEngine('wasm');

  for (const { what, recipe } of costs) {
    it(`${what}: nothing is left of a step but the new state, which replaces the old one`, () => {
      const { state, step } = oneStep(recipe, 2);
      const before = memory().numTensors;
      let current = state;
      for (let index = 0; index < 3; index++) {
        const result = step(current, index);
        disposeState(current);
        disposeStep(result, { keepState: true });
        current = result.state;
        assert.equal(memory().numTensors, before, `after step ${index}`);
      }
    });
  }

  it('a step leaves its arguments alone, and disposing of its result leaves nothing', () => {
    const { state, step } = oneStep({ awpGamma: 0.005, taylor: antithetic }, 2);
    const before = memory().numTensors;
    const first = step();
    const [again, values] = [
      step(),
      [...first.state.parameters.values()].map(tensor => tensor.dataSync().join()),
    ];
    assert.deepEqual(
      [...again.state.parameters.values()].map(tensor => tensor.dataSync().join()),
      values,
    );
    disposeStep(first);
    disposeStep(again);
    assert.equal(memory().numTensors, before);
    assert.ok([...state.parameters.values()].every(tensor => !tensor.isDisposed));
  });
});
