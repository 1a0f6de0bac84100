import assert from 'node:assert/strict';
import { memory } from '@tensorflow/tfjs-core';
import { signVector } from '../../../extension/trainer/landscape/directions';
import { hessianProduct } from '../../../extension/trainer/landscape/hessianProduct';
import { hessianTrace } from '../../../extension/trainer/landscape/hessianTrace';
import {
  type Adversary,
  adversarialBatches,
  modelLoss,
} from '../../../extension/trainer/landscape/modelLoss';
import { topEigenvalue } from '../../../extension/trainer/landscape/topEigenvalue';
import { disposeTensors, tensorOf } from '../../../extension/trainer/models/tensorMap';
import { derive, rootKey } from '../../../extension/trainer/random/key';
import { matrixTensor, onEngine, valuesOf } from '../support/engine';
import { assertClose, at, dot, numericGradient, range, relativeDistance, total } from '../support/float64';
import {
  batches,
  hessian64,
  largestEigenvalue64,
  linearModel,
  loss64,
  network,
  weights64,
} from './support/linearSoftmax';

const free = async () => {};
const key = rootKey(8);
const signs = (probe: number) => signVector(linearModel, derive(key, probe));
const adversary: Adversary = {
  threat: { norm: 'linf', epsilon: 0.1 },
  pgd: { steps: 8, stepSize: 0.03 },
  key,
};

describe('The loss of a network as a function of its weights', () => {
  onEngine('cpu');

  it('and its gradient, against float64, whatever the batches', async () => {
    for (const batchSize of [3, 10]) {
      const judged = network();
      const loss = modelLoss(judged, batches(batchSize), free);
      assertClose([await loss.at(judged.parameters)], [loss64(weights64)], { relative: 1e-6 });
      const gradient = await loss.gradientAt(judged.parameters);
      const expected = numericGradient(loss64, weights64).flat();
      assert.ok(relativeDistance(valuesOf(tensorOf(gradient, 'conv.w')), expected) < 1e-5);
    }
  });

  it('Hessian product, top eigenvalue and trace of a linear softmax model, against its Hessian in closed form', async () => {
    const judged = network();
    const loss = modelLoss(judged, batches(4), free);
    const exact = hessian64();
    const quadraticForms = range(6).map(probe => {
      const v = valuesOf(tensorOf(signs(probe), 'conv.w'));
      return dot(
        v,
        exact.map(row => dot(row, v)),
      );
    });
    const product = await hessianProduct(loss, judged.parameters, signs(0));
    const v = valuesOf(tensorOf(signs(0), 'conv.w'));
    const found = valuesOf(tensorOf(product, 'conv.w'));
    assert.ok(
      relativeDistance(
        found,
        exact.map(row => dot(row, v)),
      ) < 1e-3,
    );
    const top = await topEigenvalue(loss, judged.parameters, signs(0));
    assertClose([top.value], [largestEigenvalue64(exact)], { relative: 5e-3 });
    const trace = await hessianTrace(loss, judged.parameters, 6, signs);
    assertClose([trace.mean], [total(quadraticForms) / 6], { relative: 1e-3 });
    const many = await hessianTrace(loss, judged.parameters, 100, signs);
    assert.ok(Math.abs(many.mean - total(exact.map((row, i) => at(row, i)))) < 3 * many.standardError);
  });

  it('adversarial: fixed and regenerated agree at w, and beside it the fixed ones underestimate', async () => {
    const judged = network();
    const fixed = modelLoss(judged, await adversarialBatches(judged, batches(5), adversary, free), free);
    const regenerated = modelLoss(judged, batches(3), free, adversary);
    const clean = modelLoss(judged, batches(5), free);
    const here = await regenerated.at(judged.parameters);
    assertClose([await fixed.at(judged.parameters)], [here], { relative: 1e-6 });
    assert.ok(here > (await clean.at(judged.parameters)) + 0.01);
    // Weights of the opposite sign, to which the examples made at w are no attack.
    const opposite = new Map([['conv.w', matrixTensor(weights64.map(row => row.map(value => -value)))]]);
    assert.ok((await regenerated.at(opposite)) > (await fixed.at(opposite)) + 0.01);
  });

  it('tells what each batch costs, and leaves no tensors behind', async () => {
    const judged = network();
    const spent: number[] = [];
    const loss = modelLoss(judged, batches(6), async units => void spent.push(units), adversary);
    const before = memory().numTensors;
    await loss.at(judged.parameters);
    disposeTensors(await loss.gradientAt(judged.parameters));
    const start = signs(0);
    await topEigenvalue(loss, judged.parameters, start, { iterations: 2, tolerance: 1e-3 });
    disposeTensors(start);
    assert.equal(memory().numTensors, before);
    assert.deepEqual(spent.slice(0, 4), [6 * 17, 4 * 17, 6 * 19, 4 * 19]);
  });
});
