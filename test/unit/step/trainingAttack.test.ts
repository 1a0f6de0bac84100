import assert from 'node:assert/strict';
import { memory, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { disposeTensors, tensorOf } from '../../../extension/trainer/models/tensorMap';
import { keyedDraws } from '../../../extension/trainer/step/draws';
import { craftAdversarialImages } from '../../../extension/trainer/step/trainingAttack';
import { drawnValues, matrixTensor, onEngine, valuesOf } from '../support/engine';
import {
  assertClose,
  at,
  kl64,
  logSoftmax64,
  type Matrix,
  numericGradient,
  oneHot64,
  randomMatrix,
  softmax64,
  total,
} from '../support/float64';
import { curvedLogits64, curvedModel, polynomial, recorded } from '../support/handwrittenModel';
import { freshState, key, randomBatch, recipeWith, tinyPreActResNet } from '../support/recipes';

const [pixels, classes, batch] = [6, 4, 3];
const curve = polynomial(0.3, 0.1);
const weights = randomMatrix('attacked weights', pixels, classes, 0.8);
const clean = randomMatrix('attacked images', batch, pixels, 0.1).map(row =>
  row.map(value => Math.fround(0.5 + value)),
);
const labels = [0, 1, 2];
const draws = keyedDraws(key, 5);
const [epsilon, stepSize, steps, sigma, startSigma] = [0.1, 0.03, 5, 0.6, 0.01] as const;

const clip = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** The attack in float64: sign ascent on the summed loss by finite differences. */
function attacked64(loss: 'kl' | 'cross-entropy', noisy: boolean): number[][] {
  const drawn = drawnValues(draws.attackWeights('conv.w', pixels * classes));
  // The draws are in PyTorch's layout, [classes, pixels].
  const w = weights.map((row, j) =>
    row.map((value, c) => value + (noisy ? sigma * at(drawn, c * pixels + j) : 0)),
  );
  const natural = curvedLogits64(clean, w, curve).map(softmax64);
  const objective = (x: Matrix) =>
    total(
      curvedLogits64(x, w, curve).map((logits, i) =>
        loss === 'kl' ? kl64(at(natural, i), logSoftmax64(logits)) : -at(logSoftmax64(logits), at(labels, i)),
      ),
    );
  const start = drawnValues(draws.attackStart('gaussian', batch * pixels));
  let x = clean.map((row, i) => row.map((value, j) => value + startSigma * at(start, i * pixels + j)));
  for (let step = 0; step < steps; step++) {
    const gradient = numericGradient(objective, x);
    x = x.map((row, i) =>
      row.map((value, j) => {
        const c = at(at(clean, i), j);
        return clip(
          clip(value + stepSize * Math.sign(at(at(gradient, i), j)), c - epsilon, c + epsilon),
          0,
          1,
        );
      }),
    );
  }
  return x;
}

function attackWith(changes: Parameters<typeof recipeWith>[1] = {}) {
  const { model, calls } = recorded(curvedModel(pixels, classes, curve));
  const recipe = recipeWith(model, {
    threat: { norm: 'linf', epsilon },
    ...changes,
    attack: { steps, stepSize, startSigma, ...changes.attack },
    taylor: { sigma, ...changes.taylor },
  });
  const parameters = new Map([['conv.w', matrixTensor(weights)]]);
  const images: Tensor4D = tensor4d(clean.flat(), [batch, 1, 1, pixels]);
  const oneHot = matrixTensor(oneHot64(labels, classes));
  const found = craftAdversarialImages(recipe, parameters, new Map(), images, oneHot, draws);
  return { found: valuesOf(found), calls, parameters };
}

describe('The attack of a training step', () => {
  onEngine('wasm');

  for (const loss of ['kl', 'cross-entropy'] as const) {
    for (const noisyAttack of [false, true]) {
      it(`takes the steps of float64 on ${loss}, on ${noisyAttack ? 'a noisy copy of the weights' : 'the weights as they are'}`, () => {
        const { found } = attackWith({ noisyAttack, attack: { loss } });
        assertClose(found, attacked64(loss, noisyAttack).flat(), { absolute: 1e-5 });
      });
    }
  }

  it('gives other images for another loss and for other weights', () => {
    const images = [false, true].flatMap(noisyAttack =>
      (['kl', 'cross-entropy'] as const).map(loss =>
        attackWith({ noisyAttack, attack: { loss } }).found.join(),
      ),
    );
    assert.equal(new Set(images).size, 4);
  });

  it('sees the noisy copy in every pass, and the weights themselves without noise', () => {
    const noisy = attackWith({ noisyAttack: true });
    const drawn = drawnValues(draws.attackWeights('conv.w', pixels * classes));
    const expected = weights.flatMap((row, j) =>
      row.map((value, c) => value + sigma * at(drawn, c * pixels + j)),
    );
    for (const { parameters } of noisy.calls) {
      assert.equal(parameters, noisy.calls[0]?.parameters);
      assert.notEqual(parameters, noisy.parameters);
    }
    const plain = attackWith({ noisyAttack: false });
    assert.ok(plain.calls.every(({ parameters }) => parameters === plain.parameters));
    assert.notDeepEqual(expected, weights.flat());
    // With a deviation of 0 the noisy copy is the network itself.
    assert.deepEqual(attackWith({ noisyAttack: true, taylor: { sigma: 0 } }).found, plain.found);
  });

  it('predicts the clean images once for KL, and never for cross-entropy', () => {
    assert.equal(attackWith({ attack: { loss: 'kl' } }).calls.length, steps + 1);
    assert.equal(attackWith({ attack: { loss: 'cross-entropy' } }).calls.length, steps);
  });

  it('runs batch norm in the mode that is asked for', () => {
    for (const batchNorm of ['eval', 'train'] as const) {
      const { calls } = attackWith({ attack: { batchNorm } });
      assert.ok(calls.length > 0 && calls.every(({ mode }) => mode === batchNorm));
    }
  });

  it('perturbs convolutions for the last-layer estimator, and all weight matrices for the antithetic one', () => {
    const { model, calls } = recorded(tinyPreActResNet());
    const { parameters, statistics } = freshState(model);
    const { images, oneHot } = randomBatch(model, 2);
    for (const estimator of ['last-layer', 'antithetic'] as const) {
      calls.length = 0;
      const recipe = recipeWith(model, { attack: { steps: 1 }, taylor: { estimator } });
      craftAdversarialImages(recipe, parameters, statistics, images, oneHot, draws);
      const seen = calls[0]?.parameters ?? new Map();
      const changed = model.parameters.filter(
        ({ name }) => tensorOf(seen, name) !== tensorOf(parameters, name),
      );
      const expected = model.parameters.filter(({ name, shape }) =>
        estimator === 'last-layer' ? name.includes('conv') : shape.length > 1,
      );
      assert.deepEqual(changed, expected, estimator);
    }
  });

  it('keeps the images valid for both norms and every start, and leaves no tensors behind', () => {
    const model = tinyPreActResNet();
    const { parameters, statistics } = freshState(model);
    const { images, oneHot } = randomBatch(model, 4);
    const before = memory().numTensors;
    for (const norm of ['linf', 'l2'] as const) {
      for (const start of ['gaussian', 'uniform', 'none'] as const) {
        const size = norm === 'linf' ? 0.1 : 1;
        const recipe = recipeWith(model, {
          threat: { norm, epsilon: size },
          attack: { start, stepSize: size / 2, loss: 'cross-entropy' },
        });
        const found = craftAdversarialImages(recipe, parameters, statistics, images, oneHot, draws);
        const [adversarial, original] = [valuesOf(found), valuesOf(images)];
        found.dispose();
        assert.ok(adversarial.every(value => value >= 0 && value <= 1));
        const offset = adversarial.map((value, i) => Math.abs(value - at(original, i)));
        if (norm === 'linf') assert.ok(Math.max(...offset) <= size + 1e-6);
        else assert.ok(Math.hypot(...offset) <= size * Math.sqrt(4) + 1e-5);
        assert.equal(memory().numTensors, before, `${norm} ${start}`);
      }
    }
    disposeTensors(parameters);
  });

  it('attacks an image the same way whatever batch it comes in (batch norm in eval mode)', () => {
    const model = tinyPreActResNet();
    const { parameters, statistics } = freshState(model);
    const craft = (count: number) => {
      const { images, oneHot } = randomBatch(model, count);
      const recipe = recipeWith(model, { attack: { start: 'uniform', loss: 'cross-entropy' } });
      return valuesOf(craftAdversarialImages(recipe, parameters, statistics, images, oneHot, draws));
    };
    const alone = craft(2);
    assertClose(alone, craft(6).slice(0, alone.length), { absolute: 1e-5 });
  });
});
