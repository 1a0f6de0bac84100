import assert from 'node:assert/strict';
import type { NamedArray } from '../../../extension/trainer/checkpoint/namedArray';
import { recogniseModel } from '../../../extension/trainer/checkpoint/recogniseModel';
import { mlp } from '../../../extension/trainer/models/mlp';
import type { Model } from '../../../extension/trainer/models/model';
import { preActResNet } from '../../../extension/trainer/models/preActResNet';
import { smallCnn } from '../../../extension/trainer/models/smallCnn';
import { wideResNet } from '../../../extension/trainer/models/wideResNet';

/** Arrays with the network's names and shapes and no data: the recognition looks at nothing else. */
function arraysOf(model: Model, rename: (name: string) => string = name => name): Map<string, NamedArray> {
  return new Map(
    model.parameters.map(({ name, shape }) => [
      rename(name),
      { dtype: 'F32', shape, data: new Float32Array() },
    ]),
  );
}

const recognise = (arrays: ReadonlyMap<string, NamedArray>) => recogniseModel(arrays, 'net.safetensors');

describe('The network of a checkpoint is told from names and shapes', () => {
  it('a wide ResNet with its depth, width, channels and classes', () => {
    const model = wideResNet([32, 32, 3], 100, { depth: 16, widenFactor: 4 });
    assert.deepEqual(recognise(arraysOf(model, name => `module.${name}`)), {
      config: { name: 'wide-resnet-16-4', family: 'wide-resnet', depth: 16, widenFactor: 4 },
      inputShape: [32, 32, 3],
      classes: 100,
    });
  });

  it('a pre-activation ResNet with the blocks of its stages', () => {
    const model = preActResNet([32, 32, 1], 7, { width: 8, blocks: [1, 2, 1, 3] });
    assert.deepEqual(recognise(arraysOf(model)), {
      config: { name: 'preact-resnet-18', family: 'preact-resnet', width: 8, blocks: [1, 2, 1, 3] },
      inputShape: [32, 32, 1],
      classes: 7,
    });
  });

  it("a small CNN with its image's size, under our names and those of TRADES", () => {
    const expected = {
      config: { name: 'small-cnn', family: 'small-cnn', channels: [32, 64], hidden: 200 },
      inputShape: [28, 28, 1],
      classes: 10,
    };
    const model = smallCnn([28, 28, 1], 10, { channels: [32, 64], hidden: 200 });
    assert.deepEqual(recognise(arraysOf(model)), expected);
    const trades = (name: string) =>
      name.startsWith('conv') ? `feature_extractor.${name}` : `classifier.${name.replace(/^fc\./, 'fc3.')}`;
    assert.deepEqual(recognise(arraysOf(model, trades)), expected);
  });

  it('an MLP with its hidden layers, of grey and of colour images', () => {
    for (const shape of [
      [28, 28, 1],
      [32, 32, 3],
    ] as const) {
      for (const layers of [[], [5], [20, 30, 40]]) {
        assert.deepEqual(recognise(arraysOf(mlp(shape, 4, { layers }))), {
          config: { name: 'mlp', family: 'mlp', layers },
          inputShape: shape,
          classes: 4,
        });
      }
    }
  });

  it('nothing else, and near misses are named', () => {
    const array: NamedArray = { dtype: 'F32', shape: [2, 2], data: new Float32Array(4) };
    assert.equal(recognise(new Map([['encoder.weight', array]])), undefined);
    const ours = preActResNet([32, 32, 3], 10, { width: 4, blocks: [1, 1, 1, 1] });
    const plain = arraysOf(ours);
    plain.set('layer2.0.shortcut.1.weight', array);
    assert.throws(() => recognise(plain), /looks like a ResNet with batch norm after its convolutions/);
    const early = arraysOf(ours);
    early.delete('bn.weight');
    assert.throws(() => recognise(early), /without a last batch norm \("bn\.weight"\)/);
  });
});
