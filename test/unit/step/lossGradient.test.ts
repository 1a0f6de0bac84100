import assert from 'node:assert/strict';
import { add, keep, mul, type Scalar, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { gradients } from '../../../extension/trainer/autodiff';
import type { Model } from '../../../extension/trainer/models/model';
import {
  keepTensors,
  type TensorMap,
  tensorOf,
  tidyKeeping,
} from '../../../extension/trainer/models/tensorMap';
import { objectives } from '../../../extension/trainer/objectives/catalogue';
import { branchOf } from '../../../extension/trainer/objectives/objective';
import { keyedDraws } from '../../../extension/trainer/step/draws';
import type { Recipe } from '../../../extension/trainer/step/recipe';
import {
  forwardBranches,
  objectiveLoss,
  type StepImages,
  trainingLoss,
} from '../../../extension/trainer/step/trainingLoss';
import { type LastLayerTargets, lastLayerTargets } from '../../../extension/trainer/taylor/lastLayer';
import { klFromTarget } from '../../../extension/trainer/taylor/softTargets';
import { displaced, drawWeightNoise } from '../../../extension/trainer/taylor/weightNoise';
import { onEngine, scalarOf, valuesOf } from '../support/engine';
import { randomVector, total } from '../support/float64';
import { freshState, key, randomBatch, recipeWith, tinyPreActResNet, tinySmallCnn } from '../support/recipes';

type ObjectiveName = keyof typeof objectives;
type Loss = (parameters: TensorMap) => number;

/** Small random values on top of the usual start, so that no layer starts at zero. */
function perturbedStart(model: Model): TensorMap {
  const { parameters } = freshState(model);
  const moved = new Map<string, Tensor>();
  for (const [name, weight] of parameters) {
    moved.set(name, add(weight, tensor(randomVector(`start ${name}`, weight.size, 0.3), weight.shape)));
  }
  return moved;
}

function problem(model: Model, recipe: Recipe) {
  const { images: natural, oneHot } = randomBatch(model, 6);
  const { images: other } = randomBatch(model, 6, 'attacked');
  const images: StepImages = { natural, oneHot, adversarial: add(mul(natural, 0.8), mul(other, 0.2)) };
  const parameters = perturbedStart(model);
  const { statistics } = freshState(model);
  const noises =
    recipe.taylor.estimator === 'antithetic'
      ? [
          drawWeightNoise(
            model,
            parameters,
            (_, shape) => shape.length > 1,
            recipe.taylor,
            (name, count) => keyedDraws(key, 0).taylorWeights(0, name, count),
          ),
        ]
      : [];
  const analytic = tidyKeeping(() => {
    const found = gradients(
      parameters,
      () => trainingLoss(recipe, parameters, statistics, images, noises).total,
    );
    return { value: scalarOf(found.value), gradient: keepTensors(found.gradients) };
  });
  const targets = frozenTargets(recipe, parameters, statistics, images);
  const lossAt = (moved: TensorMap): Scalar =>
    targets
      ? lossWithTargets(recipe, moved, statistics, images, targets)
      : trainingLoss(recipe, moved, statistics, images, noises).total;
  const loss: Loss = moved => scalarOf(tidy(() => lossAt(moved)));
  return { parameters, analytic, loss };
}

/** The last-layer targets are constants of the gradient, so a difference of losses must hold them fixed. */
function frozenTargets(recipe: Recipe, parameters: TensorMap, statistics: TensorMap, images: StepImages) {
  const { taylor } = recipe;
  if (taylor.order === 0 || taylor.estimator !== 'last-layer') return undefined;
  const branches = forwardBranches(recipe, parameters, statistics, images);
  const [natural, adversarial] = [branchOf(branches, 'natural'), branchOf(branches, 'adversarial')];
  const targets = lastLayerTargets(natural, adversarial, images.oneHot, taylor.secondTargets);
  for (const target of Object.values(targets)) keep(target);
  return targets;
}

function lossWithTargets(
  recipe: Recipe,
  parameters: TensorMap,
  statistics: TensorMap,
  images: StepImages,
  targets: LastLayerTargets,
): Scalar {
  const { alpha, secondWeight, order } = recipe.taylor;
  const branches = forwardBranches(recipe, parameters, statistics, images);
  const [natural, adversarial] = [branchOf(branches, 'natural'), branchOf(branches, 'adversarial')];
  const objective = recipe.objective.terms(branches, images.oneHot);
  const pair = (a: keyof LastLayerTargets, b: keyof LastLayerTargets) =>
    add(
      klFromTarget(targets[a], adversarial.logProbabilities),
      klFromTarget(targets[b], natural.logProbabilities),
    );
  const weighted: Scalar = mul(objective.natural, 1 - alpha);
  const base: Scalar = objectiveLoss({ ...objective, natural: weighted }, recipe.beta);
  const first: Scalar = add(base, mul(pair('firstAdversarial', 'firstNatural'), alpha / 2));
  if (order === 1) return first;
  return add(first, mul(pair('secondAdversarial', 'secondNatural'), (alpha * secondWeight) / 2));
}

/** The gradient's own entries that `chosen` picks, zeros elsewhere: along it the loss rises by its squared length. */
function direction(gradient: TensorMap, chosen: (name: string, index: number) => boolean): TensorMap {
  const picked = new Map<string, Tensor>();
  for (const [name, tensorOfName] of gradient) {
    const values = valuesOf(tensorOfName).map((value, i) => (chosen(name, i) ? value : 0));
    picked.set(name, tensor(values, tensorOfName.shape));
  }
  return picked;
}

/** Which entries move together: everything, a kind of layer, or a half of each. */
const selections: Readonly<Record<string, (name: string, index: number) => boolean>> = {
  'all parameters': () => true,
  convolutions: name => /conv\d?\.weight|shortcut/.test(name),
  'dense layers': name => /^(fc\d?|linear)\./.test(name),
  'biases and batch norm': name => /bn|bias/.test(name),
  'a scattered half': (name, index) => (7 * index + name.length) % 13 < 6,
};

function check(model: Model, recipe: Recipe): void {
  const { parameters, analytic, loss } = problem(model, recipe);
  for (const [what, chosen] of Object.entries(selections)) {
    const along = direction(analytic.gradient, chosen);
    const squaredLength = total(
      [...along.values()].map(values => total(valuesOf(values).map(value => value ** 2))),
    );
    assert.ok(squaredLength > 0, `${what}: a gradient of zeros`);
    // The loss changes by 3e-4 of itself: a thousand times its float32 rounding, and few ReLUs change sides.
    const step = (3e-4 * analytic.value) / squaredLength;
    const slope = (h: number) =>
      (loss(displaced(parameters, along, h)) - loss(displaced(parameters, along, -h))) / (2 * h);
    // Richardson's extrapolation removes the cubic error of central differences.
    const numeric = (4 * slope(step / 2) - slope(step)) / 3;
    const error = Math.abs(numeric / squaredLength - 1);
    assert.ok(error < 0.02, `${what}: differences give ${numeric}, the gradient ${squaredLength}`);
  }
  assert.ok(Math.abs(loss(parameters) / analytic.value - 1) < 1e-5, 'the same loss');
}

const variants: readonly [string, Partial<Recipe['taylor']>][] = [
  ['without Taylor terms', { order: 0 }],
  ['with last-layer terms of order 1', { order: 1 }],
  ['with last-layer terms of order 2', { order: 2 }],
  [
    'with antithetic terms of order 2',
    { order: 2, estimator: 'antithetic', sigma: 0.1, sigmaScale: 'filter' },
  ],
];

describe('The gradient of the whole training loss agrees with finite differences', () => {
  onEngine('wasm');

  for (const name of Object.keys(objectives) as ObjectiveName[]) {
    for (const [what, taylor] of variants) {
      it(`${name} ${what}`, () => {
        const changes = { objective: objectives[name], taylor: { alpha: 0.5, ...taylor } };
        for (const model of [tinySmallCnn(), tinyPreActResNet()]) check(model, recipeWith(model, changes));
      });
    }
  }

  it('for symmetric second targets as well', () => {
    const model = tinyPreActResNet();
    check(model, recipeWith(model, { taylor: { order: 2, secondTargets: 'symmetric' } }));
  });

  it('the models have parameters in every selection', () => {
    const names = [tinySmallCnn(), tinyPreActResNet()].map(model => [...perturbedStart(model).keys()]);
    for (const chosen of Object.values(selections)) {
      assert.ok(names.every(list => list.some(name => [0, 1, 2].some(index => chosen(name, index)))));
    }
    assert.ok(tensorOf(perturbedStart(tinySmallCnn()), 'fc.weight').size > 0);
  });
});
