import assert from 'node:assert/strict';
import { memory, type Tensor } from '@tensorflow/tfjs-core';
import { toPyTorchLayout } from '../../../extension/trainer/checkpoint/layout';
import { initialParameters } from '../../../extension/trainer/models/initialise';
import type { Model } from '../../../extension/trainer/models/model';
import { disposeTensors, type TensorMap, tensorOf } from '../../../extension/trainer/models/tensorMap';
import { keyedDraws } from '../../../extension/trainer/step/draws';
import { convolutional, displaced, drawWeightNoise } from '../../../extension/trainer/taylor/weightNoise';
import { drawnValues, onEngine, valuesOf } from '../support/engine';
import { assertClose, at, length, range } from '../support/float64';
import { key, tinyPreActResNet, tinySmallCnn, tinyWideResNet } from '../support/recipes';

const matrices = (_name: string, shape: readonly number[]) => shape.length > 1;
const draws = (step: number) => keyedDraws(key, step).attackWeights;
const absolute = { sigma: 0.25, sigmaScale: 'absolute' } as const;

const noiseOf = (
  model: Model,
  chosen: Parameters<typeof drawWeightNoise>[2] = convolutional,
  scale: Parameters<typeof drawWeightNoise>[3] = absolute,
) => drawWeightNoise(model, initialParameters(model, key), chosen, scale, draws(3));

/** Every filter of a tensor whose last axis counts them. */
function filters(tensor: Tensor): number[][] {
  const count = at(tensor.shape, tensor.rank - 1);
  const values = valuesOf(tensor);
  return range(count).map(f => values.filter((_, i) => i % count === f));
}

describe('Weight noise', () => {
  onEngine('wasm');

  it('by the official rule is on every parameter with "conv" in its name', () => {
    const namesOf = (model: Model) => [...noiseOf(model).keys()];
    assert.deepEqual(
      namesOf(tinySmallCnn()),
      ['conv1', 'conv2', 'conv3', 'conv4'].flatMap(layer => [`${layer}.weight`, `${layer}.bias`]),
    );
    assert.deepEqual(namesOf(tinyWideResNet()), [
      'conv1.weight',
      'block1.layer.0.conv1.weight',
      'block1.layer.0.conv2.weight',
      'block2.layer.0.conv1.weight',
      'block2.layer.0.conv2.weight',
      'block2.layer.0.convShortcut.weight',
      'block3.layer.0.conv1.weight',
      'block3.layer.0.conv2.weight',
      'block3.layer.0.convShortcut.weight',
    ]);
    // PreActResNet calls its shortcut "shortcut.0", so that the official rule passes it by.
    assert.ok(namesOf(tinyPreActResNet()).every(name => /conv\d\.weight$/.test(name)));
  });

  it('of ours is on every weight with more than one axis: no bias, no batch norm', () => {
    for (const model of [tinySmallCnn(), tinyPreActResNet(), tinyWideResNet()]) {
      const expected = model.parameters.filter(({ shape }) => shape.length > 1).map(({ name }) => name);
      assert.deepEqual([...noiseOf(model, matrices).keys()], expected);
      assert.ok(expected.every(name => name.endsWith('.weight') && !/bn\d?\./.test(name)));
    }
  });

  it('on an absolute scale is sigma times the draws, which are in the order of PyTorch', async () => {
    const model = tinySmallCnn();
    for (const [name, tensor] of noiseOf(model)) {
      const { shape, data } = await toPyTorchLayout(tensor);
      assert.deepEqual(shape, model.parameters.find(spec => spec.name === name)?.shape);
      assertClose(
        data,
        drawnValues(draws(3)(name, tensor.size)).map(value => 0.25 * value),
        { relative: 1e-7 },
        name,
      );
    }
  });

  it('on the filter scale has the norm sigma ||w_f|| in every filter, and is zero on biases', () => {
    for (const model of [tinyWideResNet(), tinySmallCnn()]) {
      const parameters = initialParameters(model, key);
      const noise = noiseOf(model, convolutional, { sigma: 0.05, sigmaScale: 'filter' });
      for (const [name, tensor] of noise) {
        if (tensor.rank === 1) {
          assert.ok(
            valuesOf(tensor).every(value => value === 0),
            name,
          );
          continue;
        }
        const expected = filters(tensorOf(parameters, name)).map(filter => 0.05 * length(filter));
        assertClose(filters(tensor).map(length), expected, { relative: 1e-5 }, name);
      }
    }
  });

  it('is the same whenever a step is repeated, and another in another step, draw, layer or run', () => {
    const model = tinyWideResNet();
    const name = 'block1.layer.0.conv1.weight';
    const sample = (step: number) =>
      valuesOf(tensorOf(drawWeightNoise(model, new Map(), convolutional, absolute, draws(step)), name));
    assert.deepEqual(sample(7), sample(7));
    assert.notDeepEqual(sample(7), sample(8));
    const step = keyedDraws(key, 7);
    const streams = [
      step.attackWeights(name, 8),
      step.attackWeights('block1.layer.0.conv2.weight', 8),
      step.taylorWeights(0, name, 8),
      step.taylorWeights(1, name, 8),
      step.attackStart('gaussian', 8),
      keyedDraws([1, 2], 7).attackWeights(name, 8),
    ];
    assert.equal(new Set(streams.map(stream => drawnValues(stream).join())).size, streams.length);
  });

  it('leaves nothing behind in memory but itself', () => {
    const model = tinySmallCnn();
    const parameters = initialParameters(model, key);
    const before = memory().numTensors;
    const noise = drawWeightNoise(
      model,
      parameters,
      matrices,
      { sigma: 0.1, sigmaScale: 'filter' },
      draws(0),
    );
    assert.equal(memory().numTensors, before + noise.size);
    disposeTensors(noise);
    assert.equal(memory().numTensors, before);
  });

  it('moves the parameters that have some, by any factor, and passes the others on', () => {
    const model = tinySmallCnn();
    const parameters: TensorMap = initialParameters(model, key);
    const noise = noiseOf(model);
    for (const factor of [1, -1, 0.5]) {
      const moved = displaced(parameters, noise, factor);
      assert.deepEqual([...moved.keys()], [...parameters.keys()]);
      for (const [name, tensor] of moved) {
        const step = noise.get(name);
        if (!step) {
          assert.equal(tensor, tensorOf(parameters, name));
          continue;
        }
        const [w, u] = [valuesOf(tensorOf(parameters, name)), valuesOf(step)];
        assertClose(
          valuesOf(tensor),
          w.map((value, i) => value + factor * at(u, i)),
          { absolute: 1e-6 },
          name,
        );
      }
    }
  });
});
