import assert from 'node:assert/strict';
import { readSafetensors } from '../../../extension/trainer/checkpoint/safetensors';
import { initialParameters, initialStatistics } from '../../../extension/trainer/models/initialise';
import { mlp } from '../../../extension/trainer/models/mlp';
import type { Model } from '../../../extension/trainer/models/model';
import { preActResNet } from '../../../extension/trainer/models/preActResNet';
import { smallCnn } from '../../../extension/trainer/models/smallCnn';
import { countValues } from '../../../extension/trainer/models/tensorMap';
import { wideResNet } from '../../../extension/trainer/models/wideResNet';
import { onEngine, valuesOf } from '../support/engine';
import { key, randomBatch, tinyPreActResNet, tinySmallCnn, tinyWideResNet } from '../support/recipes';

const preActResNet18 = () => preActResNet([32, 32, 3], 10, { width: 64, blocks: [2, 2, 2, 2] });
const mnistCnn = () => smallCnn([28, 28, 1], 10, { channels: [32, 64], hidden: 200 });

const parameterCount = ({ parameters }: Model): number =>
  parameters.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);

describe('The architectures', () => {
  onEngine('wasm');

  it('have the published numbers of parameters', () => {
    assert.equal(parameterCount(wideResNet([32, 32, 3], 10, { depth: 34, widenFactor: 10 })), 46_160_474);
    assert.equal(parameterCount(preActResNet18()), 11_172_170);
    assert.equal(parameterCount(mnistCnn()), 312_202);
    assert.equal(countValues(initialParameters(mnistCnn(), key)), 312_202);
  });

  for (const [file, classes] of [
    ['rat-trades-wrn10-1-c10', 10],
    ['rat-trades-wrn10-1-c100', 100],
  ] as const) {
    it(`wide-resnet-10-1 has the names and shapes of PyTorch's for ${classes} classes`, async () => {
      const { arrays } = await readSafetensors(`test/fixtures/${file}.safetensors`);
      const recorded = new Map(
        [...arrays]
          .filter(([name]) => name.startsWith('before.') && !name.endsWith('num_batches_tracked'))
          .map(([name, { shape }]) => [name.slice('before.'.length), [...shape]]),
      );
      const model = wideResNet([32, 32, 3], classes, { depth: 10, widenFactor: 1 });
      const ours = new Map(model.parameters.map(({ name, shape }) => [name, [...shape]]));
      for (const { name, channels } of model.batchNorms) {
        for (const statistic of ['running_mean', 'running_var']) ours.set(`${name}.${statistic}`, [channels]);
      }
      const sorted = (map: ReadonlyMap<string, number[]>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
      assert.deepEqual(sorted(ours), sorted(recorded));
    });
  }

  it('preact-resnet-18 has the names of AWP and robust_overfitting', () => {
    const names = preActResNet18().parameters.map(({ name }) => name);
    const block = (stage: number, layer: number) =>
      [
        ...['bn1.weight', 'bn1.bias', 'conv1.weight', 'bn2.weight', 'bn2.bias', 'conv2.weight'],
        ...(stage > 1 && layer === 0 ? ['shortcut.0.weight'] : []),
      ].map(part => `layer${stage}.${layer}.${part}`);
    const expected = [
      'conv1.weight',
      ...[1, 2, 3, 4].flatMap(stage => [0, 1].flatMap(layer => block(stage, layer))),
      ...['bn.weight', 'bn.bias', 'linear.weight', 'linear.bias'],
    ];
    assert.deepEqual(names, expected);
  });

  for (const model of [
    tinyWideResNet(),
    tinyPreActResNet(),
    tinySmallCnn(),
    preActResNet([8, 8, 3], 10, { width: 4, blocks: [1, 2, 1] }),
    mlp([5, 4, 3], 10, { layers: [7, 6] }),
    mlp([5, 4, 3], 10, { layers: [] }),
  ]) {
    it(`${model.name} of ${model.parameters.length} arrays: a forward pass has finite logits, features and statistics in both modes, for one image too`, () => {
      const [parameters, statistics] = [initialParameters(model, key), initialStatistics(model)];
      for (const batch of [1, 3]) {
        for (const mode of ['train', 'eval'] as const) {
          const { images } = randomBatch(model, batch);
          const { logits, features, batchStatistics } = model.forward(parameters, statistics, images, mode);
          assert.deepEqual(logits.shape, [batch, 10]);
          const last = model.parameters.filter(({ shape }) => shape.length === 2).at(-1);
          assert.deepEqual(features.shape, [batch, last?.shape[1]]);
          const expected = mode === 'train' ? [...statistics.keys()].sort() : [];
          assert.deepEqual([...batchStatistics.keys()].sort(), expected);
          for (const tensor of [logits, features, ...batchStatistics.values()]) {
            assert.ok(valuesOf(tensor).every(Number.isFinite));
          }
        }
      }
    });
  }
});
