import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { argMax, type Tensor, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { projectedGradientAscent } from '../../../extension/trainer/attacks/pgd';
import { startingPoint } from '../../../extension/trainer/attacks/startingPoint';
import { toEngineLayout } from '../../../extension/trainer/checkpoint/layout';
import { asFloat32 } from '../../../extension/trainer/checkpoint/namedArray';
import { readSafetensors } from '../../../extension/trainer/checkpoint/safetensors';
import { loadMnist } from '../../../extension/trainer/data/mnist';
import { assetFolder } from '../../../extension/trainer/engine/assets';
import { smallCnn } from '../../../extension/trainer/models/smallCnn';
import { crossEntropySum } from '../../../extension/trainer/objectives/logSoftmax';
import { oneHotLabels } from '../../../extension/trainer/step/batch';
import { keyedDraws } from '../../../extension/trainer/step/draws';
import { onEngine, valuesOf } from '../support/engine';
import { key } from '../support/recipes';

interface Measured {
  readonly epsilon: number;
  readonly examples: readonly [number, number];
  readonly clean: number;
  readonly fgsm: number;
  readonly 'pgd-20': number;
}

const model = smallCnn([28, 28, 1], 10, { channels: [32, 64], hidden: 200 });
const chunk = 50;

/** Accuracy after `attack` on the digits that the official code was measured on. */
async function accuracy(
  { examples: [from, to] }: Measured,
  attack: (images: Tensor4D, predict: (x: Tensor4D) => Tensor, labels: Int32Array, index: number) => Tensor4D,
): Promise<number> {
  const { arrays } = await readSafetensors('test/fixtures/mnist-small-cnn.safetensors');
  const parameters = new Map(
    [...arrays].map(([name, array]) => [name, toEngineLayout(asFloat32(array), array.shape)]),
  );
  const { test } = await loadMnist(path.join(assetFolder(), 'data/mnist'));
  let correct = 0;
  for (let start = from; start < to; start += chunk) {
    const pixels = Float32Array.from(
      test.images.subarray(start * 784, (start + chunk) * 784),
      value => value / 255,
    );
    const labels = Int32Array.from(test.labels.subarray(start, start + chunk));
    const predicted = tidy(() => {
      const predict = (x: Tensor4D) => model.forward(parameters, new Map(), x, 'eval').logits;
      const attacked = attack(tensor4d(pixels, [chunk, 28, 28, 1]), predict, labels, start);
      return valuesOf(argMax(predict(attacked), 1));
    });
    correct += predicted.filter((label, i) => label === labels[i]).length;
  }
  return correct / (to - from);
}

describe('The small CNN with the weights of an official MNIST run', () => {
  onEngine('wasm');

  const measured = async (): Promise<Measured> => {
    const file = JSON.parse(await readFile('test/fixtures/mnist-small-cnn.expected.json', 'utf8')) as {
      readonly runs: readonly Measured[];
    };
    return file.runs[0] ?? assert.fail('no run');
  };

  const ascend =
    (
      { epsilon }: Measured,
      steps: number,
      stepSize: number,
      start: 'none' | 'uniform',
    ): Parameters<typeof accuracy>[1] =>
    (images, predict, labels, index) => {
      const threat = { norm: 'linf', epsilon } as const;
      const oneHot = oneHotLabels(labels, 10);
      const begin = startingPoint(images, start, 0, threat, keyedDraws(key, index).attackStart);
      const loss = (x: Tensor4D) => crossEntropySum(oneHot, predict(x) as ReturnType<typeof oneHotLabels>);
      return projectedGradientAscent(loss, images, begin, threat, { steps, stepSize });
    };

  it('has exactly the clean accuracy that PyTorch measured', async () => {
    const expected = await measured();
    assert.equal(expected.clean, 0.935);
    assert.equal(await accuracy(expected, images => images), expected.clean);
  });

  it('has exactly the accuracy under FGSM that PyTorch measured', async () => {
    const expected = await measured();
    assert.equal(expected.fgsm, 0.73);
    assert.equal(await accuracy(expected, ascend(expected, 1, expected.epsilon, 'none')), expected.fgsm);
  });

  it('has the accuracy under PGD-20 that PyTorch measured, within one point: the starts are random', async () => {
    const expected = await measured();
    const found = await accuracy(expected, ascend(expected, 20, expected.epsilon / 10, 'uniform'));
    assert.ok(
      Math.abs(found - expected['pgd-20']) <= 0.01 + 1e-9,
      `${found}, expected ${expected['pgd-20']}`,
    );
  });
});
