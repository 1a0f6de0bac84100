import assert from 'node:assert/strict';
import { initialParameters, initialStatistics } from '../../../extension/trainer/models/initialise';
import { mlp } from '../../../extension/trainer/models/mlp';
import type { Model } from '../../../extension/trainer/models/model';
import { preActResNet } from '../../../extension/trainer/models/preActResNet';
import { smallCnn } from '../../../extension/trainer/models/smallCnn';
import { tensorOf } from '../../../extension/trainer/models/tensorMap';
import { wideResNet } from '../../../extension/trainer/models/wideResNet';
import { rootKey } from '../../../extension/trainer/random/key';
import { onEngine, valuesOf } from '../support/engine';
import { average } from '../support/float64';

const key = rootKey(7);
const wide = wideResNet([32, 32, 3], 10, { depth: 10, widenFactor: 2 });
const preAct = preActResNet([32, 32, 3], 10, { width: 16, blocks: [1, 1, 1, 1] });
const cnn = smallCnn([28, 28, 1], 10, { channels: [32, 64], hidden: 200 });

const valuesIn = (model: Model, name: string) => valuesOf(tensorOf(initialParameters(model, key), name));

/** Mean 0 and this deviation, each within five standard errors; `kurtosis` is 3 for normal and 1.8 for uniform numbers. */
function assertSpread(values: readonly number[], deviation: number, kurtosis: number, what: string): void {
  const count = values.length;
  const variance = average(values.map(value => value ** 2));
  assert.ok(
    Math.abs(average(values)) < (5 * deviation) / Math.sqrt(count),
    `${what}: mean ${average(values)}`,
  );
  const error = 5 * Math.sqrt((kurtosis - 1) / count);
  assert.ok(Math.abs(variance / deviation ** 2 - 1) < error, `${what}: variance ${variance}`);
}

function assertNormal(values: readonly number[], deviation: number, what: string): void {
  assertSpread(values, deviation, 3, what);
  assert.ok(
    values.some(value => value > 2 * deviation),
    `${what} has tails`,
  );
}

function assertUniform(values: readonly number[], bound: number, what: string): void {
  assertSpread(values, bound / Math.sqrt(3), 1.8, what);
  assert.ok(
    values.every(value => Math.abs(value) <= bound * (1 + 1e-6)),
    `${what}: bound ${bound}`,
  );
}

describe('Fresh parameters', () => {
  onEngine('wasm');

  it('wide ResNet: convolutions N(0, 2 / (k^2 outputs)), last layer U(-1/sqrt(inputs), 1/sqrt(inputs)) with no bias', () => {
    const layers = [
      ['conv1', 9 * 16],
      ['block1.layer.0.conv1', 9 * 32],
      ['block3.layer.0.conv2', 9 * 128],
      ['block2.layer.0.convShortcut', 64],
    ] as const;
    for (const [layer, fanOut] of layers)
      assertNormal(valuesIn(wide, `${layer}.weight`), Math.sqrt(2 / fanOut), layer);
    assertUniform(valuesIn(wide, 'fc.weight'), 1 / Math.sqrt(128), 'fc');
    assert.ok(valuesIn(wide, 'fc.bias').every(value => value === 0));
  });

  it("PreActResNet: PyTorch's defaults, U(-1/sqrt(fan-in), 1/sqrt(fan-in))", () => {
    const layers = [
      ['conv1', 27],
      ['layer1.0.conv1', 9 * 16],
      ['layer4.0.conv1', 9 * 64],
      ['layer2.0.shortcut.0', 16],
      ['linear', 128],
    ] as const;
    for (const [layer, fanIn] of layers)
      assertUniform(valuesIn(preAct, `${layer}.weight`), 1 / Math.sqrt(fanIn), layer);
    const bias = valuesIn(preAct, 'linear.bias');
    assert.ok(bias.every(value => value !== 0 && Math.abs(value) <= 1 / Math.sqrt(128)));
  });

  it('small CNN: convolutions N(0, 2 / fan-in) with no bias, hidden layers uniform, last layer zero', () => {
    const layers = [
      ['conv1', 9],
      ['conv2', 9 * 32],
      ['conv3', 9 * 32],
      ['conv4', 9 * 64],
    ] as const;
    for (const [layer, fanIn] of layers) {
      assertNormal(valuesIn(cnn, `${layer}.weight`), Math.sqrt(2 / fanIn), layer);
      assert.ok(
        valuesIn(cnn, `${layer}.bias`).every(value => value === 0),
        layer,
      );
    }
    assertUniform(valuesIn(cnn, 'fc1.weight'), 1 / Math.sqrt(1024), 'fc1');
    assertUniform(valuesIn(cnn, 'fc2.weight'), 1 / Math.sqrt(200), 'fc2');
    for (const name of ['fc.weight', 'fc.bias'])
      assert.ok(
        valuesIn(cnn, name).every(value => value === 0),
        name,
      );
  });

  it("MLP: PyTorch's defaults in every layer", () => {
    const dense = mlp([28, 28, 1], 10, { layers: [256, 200] });
    for (const [layer, inputs] of [
      ['fc1', 784],
      ['fc2', 256],
      ['fc', 200],
    ] as const) {
      assertUniform(valuesIn(dense, `${layer}.weight`), 1 / Math.sqrt(inputs), layer);
      assert.ok(valuesIn(dense, `${layer}.bias`).every(value => Math.abs(value) <= 1 / Math.sqrt(inputs)));
    }
  });

  it('batch norm: scale 1, offset 0, running mean 0 and variance 1', () => {
    for (const model of [wide, preAct]) {
      const statistics = initialStatistics(model);
      for (const { name, channels } of model.batchNorms) {
        const filled = (value: number) => new Array<number>(channels).fill(value);
        assert.deepEqual(valuesIn(model, `${name}.weight`), filled(1));
        assert.deepEqual(valuesIn(model, `${name}.bias`), filled(0));
        assert.deepEqual(valuesOf(tensorOf(statistics, `${name}.running_mean`)), filled(0));
        assert.deepEqual(valuesOf(tensorOf(statistics, `${name}.running_var`)), filled(1));
      }
    }
  });

  it('are a function of the key and the layer’s name: the same when repeated, others for another seed or layer', () => {
    const repeat = (seed: number, name: string) =>
      valuesOf(tensorOf(initialParameters(cnn, rootKey(seed)), name));
    assert.deepEqual(repeat(1, 'conv3.weight'), repeat(1, 'conv3.weight'));
    assert.notDeepEqual(repeat(1, 'conv3.weight'), repeat(2, 'conv3.weight'));
    const deeper = wideResNet([32, 32, 3], 100, { depth: 16, widenFactor: 2 });
    assert.deepEqual(
      valuesIn(deeper, 'block1.layer.0.conv1.weight'),
      valuesIn(wide, 'block1.layer.0.conv1.weight'),
    );
    assert.notDeepEqual(
      valuesIn(wide, 'block3.layer.0.conv2.weight').slice(0, 9),
      valuesIn(wide, 'conv1.weight').slice(0, 9),
    );
  });
});
