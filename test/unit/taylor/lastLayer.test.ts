import assert from 'node:assert/strict';
import { add, matMul, mul, type Scalar, sum, type Tensor2D, tensor1d } from '@tensorflow/tfjs-core';
import { gradients } from '../../../extension/trainer/autodiff';
import { tensorOf } from '../../../extension/trainer/models/tensorMap';
import { crossEntropy } from '../../../extension/trainer/objectives/losses';
import {
  lastLayerGradientSums,
  lastLayerTargets,
  lastLayerTerms,
} from '../../../extension/trainer/taylor/lastLayer';
import { branchOfLogits } from '../support/branches';
import { matrixTensor, onEngine, scalarOf, valuesOf } from '../support/engine';
import {
  assertClose,
  at,
  type Matrix,
  numericGradient,
  oneHot64,
  randomMatrix,
  randomVector,
  range,
  total,
} from '../support/float64';
import { lastLayer64, literalBatchTargets, literalGradientSums, literalTerms } from '../support/lastLayer64';

const batch = 6;
const width = 5;
const kinds = ['reference', 'symmetric'] as const;

/** A batch of nonnegative features with the logits that a random last layer makes of them. */
function sides(classes: number) {
  const weights = randomMatrix(`weights ${classes}`, width, classes, 0.8);
  const bias = randomVector(`bias ${classes}`, classes, 0.3);
  const side = (name: string) => {
    const features = randomMatrix(`${name} ${classes}`, batch, width).map(row => row.map(Math.abs));
    const logits = lastLayer64(features, weights, bias).map(row => row.map(Math.fround));
    return { features, logits };
  };
  const labels = range(batch).map(i => (2 * i) % classes);
  return { weights, bias, natural: side('natural'), adversarial: side('adversarial'), labels };
}

function branchesOf({ natural, adversarial }: ReturnType<typeof sides>) {
  return {
    natural: branchOfLogits(natural.logits, natural.features),
    adversarial: branchOfLogits(adversarial.logits, adversarial.features),
  };
}

describe('The last-layer Taylor terms', () => {
  onEngine('wasm');

  for (const classes of [3, 10, 100]) {
    it(`have the gradient sums of a real backward pass to the last layer (${classes} classes)`, () => {
      const { natural, weights, bias, labels } = sides(classes);
      const oneHot = matrixTensor(oneHot64(labels, classes));
      const layer = new Map([['weight', matrixTensor(weights)]]);
      const loss = () => {
        const logits = add(matMul(matrixTensor(natural.features), tensorOf(layer, 'weight')), tensor1d(bias));
        return crossEntropy(branchOfLogits(logits as Tensor2D).logProbabilities, oneHot);
      };
      const gradient = tensorOf(gradients(layer, loss).gradients, 'weight');
      const found = valuesOf(lastLayerGradientSums(branchOfLogits(natural.logits, natural.features), oneHot));
      assertClose(found, valuesOf(sum(gradient, 0)), { absolute: 1e-6 });
      assertClose(found, literalGradientSums(natural.logits, natural.features, labels), { absolute: 1e-6 });
    });

    for (const kind of kinds) {
      it(`have the ${kind} targets and values of float64 (${classes} classes)`, () => {
        const data = sides(classes);
        const { natural, adversarial, labels } = data;
        const branches = branchesOf(data);
        const oneHot = matrixTensor(oneHot64(labels, classes));
        const expected = literalBatchTargets(natural, adversarial, labels, kind);
        const targets = lastLayerTargets(branches.natural, branches.adversarial, oneHot, kind);
        for (const [name, tensor] of Object.entries(targets)) {
          assertClose(
            valuesOf(tensor),
            expected[name as keyof typeof expected].flat(),
            { absolute: 1e-5 },
            name,
          );
        }
        const { first, second } = lastLayerTerms(branches.natural, branches.adversarial, oneHot, {
          order: 2,
          secondTargets: kind,
        });
        const terms = literalTerms(natural.logits, adversarial.logits, expected);
        assert.ok(first && second);
        assertClose([scalarOf(first), scalarOf(second)], [terms.first, terms.second], { relative: 1e-5 });
      });
    }
  }

  it('differ between reference and symmetric targets on the adversarial side of the second term alone', () => {
    const data = sides(10);
    const branches = branchesOf(data);
    const oneHot = matrixTensor(oneHot64(data.labels, 10));
    const [reference, symmetric] = kinds.map(kind =>
      lastLayerTargets(branches.natural, branches.adversarial, oneHot, kind),
    );
    assert.ok(reference && symmetric);
    for (const name of ['firstAdversarial', 'firstNatural', 'secondNatural'] as const) {
      assert.deepEqual(valuesOf(symmetric[name]), valuesOf(reference[name]), name);
    }
    assert.deepEqual(valuesOf(reference.secondAdversarial), valuesOf(reference.secondNatural));
    assert.notDeepEqual(valuesOf(symmetric.secondAdversarial), valuesOf(reference.secondAdversarial));
  });

  it('exist up to the order that is asked for', () => {
    const data = sides(10);
    const { natural, adversarial } = branchesOf(data);
    const oneHot = matrixTensor(oneHot64(data.labels, 10));
    const namesOf = (order: 0 | 1 | 2) =>
      Object.keys(lastLayerTerms(natural, adversarial, oneHot, { order, secondTargets: 'reference' }));
    assert.deepEqual([namesOf(0), namesOf(1), namesOf(2)], [[], ['first'], ['first', 'second']]);
  });

  it('are finite and even where clean and adversarial images agree', () => {
    const { natural, labels } = sides(10);
    const branch = branchOfLogits(natural.logits, natural.features);
    const oneHot = matrixTensor(oneHot64(labels, 10));
    const { first, second } = lastLayerTerms(branch, branch, oneHot, {
      order: 2,
      secondTargets: 'reference',
    });
    assert.ok(first && second);
    const even = oneHot64(labels, 10).map(row => row.map(mass => (mass === 1 ? 0.2 : 0.8 / 9)));
    const targets = {
      firstAdversarial: even,
      firstNatural: even,
      secondAdversarial: even,
      secondNatural: even,
    };
    const expected = literalTerms(natural.logits, natural.logits, targets);
    assertClose([scalarOf(first), scalarOf(second)], [expected.first, expected.second], { relative: 1e-6 });
  });

  it('let no gradient flow through their targets', () => {
    const data = sides(10);
    const { natural, adversarial, labels } = data;
    const oneHot = matrixTensor(oneHot64(labels, 10));
    // Targets depend on logits and features; both are inputs here, so that any leak would show.
    const inputs = new Map<string, Tensor2D>([
      ['natural', matrixTensor(natural.logits)],
      ['adversarial', matrixTensor(adversarial.logits)],
      ['natural features', matrixTensor(natural.features)],
      ['adversarial features', matrixTensor(adversarial.features)],
    ]);
    const read = (name: string) => tensorOf(inputs, name) as Tensor2D;
    const found = gradients(inputs, () => {
      const side = (name: string) => ({
        ...branchOfLogits(read(name)),
        features: read(`${name} features`),
      });
      const { first, second } = lastLayerTerms(side('natural'), side('adversarial'), oneHot, {
        order: 2,
        secondTargets: 'symmetric',
      });
      assert.ok(first && second);
      // Every input takes part, the features 0 times.
      const nothing = mul(add(sum(read('natural features')), sum(read('adversarial features'))), 0);
      return add(add(first, second), nothing) as Scalar;
    }).gradients;

    const frozen = literalBatchTargets(natural, adversarial, labels, 'symmetric');
    const loss = (z: Matrix, zAdversarial: Matrix) => {
      const terms = literalTerms(z, zAdversarial, frozen);
      return terms.first + terms.second;
    };
    const gradientOf = (name: string) => valuesOf(tensorOf(found, name));
    const byNatural = numericGradient(z => loss(z, adversarial.logits), natural.logits).flat();
    const byAdversarial = numericGradient(z => loss(natural.logits, z), adversarial.logits).flat();
    assertClose(gradientOf('natural'), byNatural, { absolute: 2e-6 });
    assertClose(gradientOf('adversarial'), byAdversarial, { absolute: 2e-6 });
    assert.equal(total(gradientOf('natural features').map(Math.abs)), 0);
    assert.equal(total(gradientOf('adversarial features').map(Math.abs)), 0);
    assert.ok(Math.abs(at(byNatural, 0)) > 1e-4, 'the gradient is not zero everywhere');
  });
});
