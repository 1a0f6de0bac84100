import assert from 'node:assert/strict';
import { tensor4d } from '@tensorflow/tfjs-core';
import { gradients } from '../../../extension/trainer/autodiff';
import { tensorOf, tidyKeeping } from '../../../extension/trainer/models/tensorMap';
import { zeroMomenta } from '../../../extension/trainer/optim/sgd';
import { keyedDraws } from '../../../extension/trainer/step/draws';
import { trainingLoss } from '../../../extension/trainer/step/trainingLoss';
import { trainingStep } from '../../../extension/trainer/step/trainingStep';
import { matrixTensor, onEngine, valuesOf } from '../support/engine';
import {
  assertClose,
  at,
  dot,
  length,
  type Matrix,
  numericGradient,
  oneHot64,
  randomMatrix,
} from '../support/float64';
import { curvedLogits64, curvedModel, polynomial } from '../support/handwrittenModel';
import { objective64 } from '../support/objectives64';
import { freshState, key, randomBatch, recipeWith, tinyPreActResNet } from '../support/recipes';

const gamma = 0.05;
const draws = keyedDraws(key, 0);
const sgd = { learningRate: 0.1, momentum: 0.9, weightDecay: 0.02 };

describe('Adversarial weight perturbation', () => {
  onEngine('wasm');

  it('has the norm of the weights in every tensor, along the gradient of the objective without Taylor terms', () => {
    const model = tinyPreActResNet();
    const state = freshState(model);
    const { images, oneHot } = randomBatch(model, 6);
    const { images: adversarial } = randomBatch(model, 6, 'adversarial');
    const recipe = recipeWith(model, { awpGamma: gamma, noisyAttack: false });
    const result = trainingStep(recipe, state, images, oneHot, sgd, draws, adversarial);
    const perturbation = result.awp?.perturbation ?? new Map();
    assert.deepEqual(
      [...perturbation.keys()],
      model.parameters.filter(({ shape }) => shape.length > 1).map(({ name }) => name),
    );
    const plain = recipeWith(model, { taylor: { order: 0 } });
    const batch = { natural: images, adversarial, oneHot };
    const ascent = tidyKeeping(() => {
      const found = gradients(
        state.parameters,
        () => trainingLoss(plain, state.parameters, state.statistics, batch, []).total,
      ).gradients;
      return new Map([...found].map(([name, gradient]) => [name, valuesOf(gradient)]));
    });
    for (const [name, v] of perturbation) {
      const [values, weights, gradient] = [
        valuesOf(v),
        valuesOf(tensorOf(state.parameters, name)),
        ascent.get(name) ?? [],
      ];
      assertClose([length(values)], [length(weights)], { relative: 1e-4 }, name);
      const cosine = dot(values, gradient) / (length(values) * length(gradient));
      assert.ok(cosine > 1 - 1e-6, `${name}: cosine ${cosine}`);
    }
  });

  it('acts on the gradient and on weight decay, and is gone after the step: float64 to the last weight', () => {
    const [pixels, classes, batch, beta] = [5, 4, 6, 3];
    const curve = polynomial(0.3, 0.1);
    const weights = randomMatrix('awp weights', pixels, classes, 0.6);
    const [clean, attacked] = ['awp clean', 'awp attacked'].map(name =>
      randomMatrix(name, batch, pixels, 0.7),
    );
    assert.ok(clean && attacked);
    const labels = [0, 1, 2, 3, 0, 1];
    const loss = (w: Matrix): number => {
      const [z, zAdversarial] = [clean, attacked].map(images => curvedLogits64(images, w, curve));
      const { natural, robust = 0 } = objective64('trades', z ?? [], zAdversarial ?? [], labels);
      return natural + beta * robust;
    };
    const ascent = numericGradient(loss, weights);
    const factor = length(weights.flat()) / length(ascent.flat());
    const perturbed = weights.map((row, i) => row.map((w, j) => w + gamma * factor * at(at(ascent, i), j)));
    const gradient = numericGradient(loss, perturbed);
    const expected = weights.map((row, i) =>
      row.map((w, j) => {
        const momentum = at(at(gradient, i), j) + sgd.weightDecay * at(at(perturbed, i), j);
        return w - sgd.learningRate * momentum;
      }),
    );

    const parameters = new Map([['conv.w', matrixTensor(weights)]]);
    const images = (rows: Matrix) => tensor4d(rows.flat(), [batch, 1, 1, pixels]);
    const recipe = recipeWith(curvedModel(pixels, classes, curve), {
      beta,
      awpGamma: gamma,
      noisyAttack: false,
      taylor: { order: 0 },
    });
    const result = trainingStep(
      recipe,
      { parameters, statistics: new Map(), momenta: zeroMomenta(parameters) },
      images(clean),
      matrixTensor(oneHot64(labels, classes)),
      sgd,
      draws,
      images(attacked),
    );
    const valuesIn = (map: typeof result.gradients | undefined) =>
      valuesOf(tensorOf(map ?? new Map(), 'conv.w'));
    assertClose(
      valuesIn(result.awp?.perturbation),
      ascent.flat().map(value => factor * value),
      { absolute: 1e-5 },
    );
    assertClose(valuesIn(result.gradients), gradient.flat(), { absolute: 1e-5 });
    assertClose(valuesIn(result.state.parameters), expected.flat(), { absolute: 2e-6 });
    // Were decay taken at the unperturbed weights, the step would differ by much more than that.
    const other = weights.map((row, i) =>
      row.map((w, j) => w - 0.1 * (at(at(gradient, i), j) + sgd.weightDecay * w)),
    );
    assert.ok(Math.max(...other.flat().map((w, i) => Math.abs(w - at(expected.flat(), i)))) > 1e-5);
  });

  it('of size 0 is no perturbation at all', () => {
    const model = tinyPreActResNet();
    const { images, oneHot } = randomBatch(model, 4);
    const recipe = recipeWith(model, { awpGamma: 0 });
    assert.equal(trainingStep(recipe, freshState(model), images, oneHot, sgd, draws).awp, undefined);
  });
});
