import assert from 'node:assert/strict';
import { adoptForeignNames } from '../../../extension/trainer/checkpoint/foreignNames';
import type { NamedArray } from '../../../extension/trainer/checkpoint/namedArray';
import type { Model } from '../../../extension/trainer/models/model';
import { tinySmallCnn, tinyWideResNet } from '../support/recipes';

const filled = (shape: readonly number[], value = 0): NamedArray => ({
  dtype: 'F32',
  shape,
  data: new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(value),
});

/** The arrays of a network as PyTorch's `state_dict` has them. */
function stateDict(model: Model): [string, NamedArray][] {
  return [
    ...model.parameters.map(({ name, shape }): [string, NamedArray] => [name, filled(shape)]),
    ...model.batchNorms.flatMap(({ name, channels }): [string, NamedArray][] => [
      [`${name}.running_mean`, filled([channels])],
      [`${name}.running_var`, filled([channels], 1)],
      [`${name}.num_batches_tracked`, { dtype: 'I64', shape: [], data: BigInt64Array.of(9n) }],
    ]),
  ];
}

const renamed = (arrays: readonly [string, NamedArray][], rename: (name: string) => string) =>
  new Map(arrays.map(([name, array]) => [rename(name), array]));

const adopt = (arrays: ReadonlyMap<string, NamedArray>, model: Model) =>
  adoptForeignNames(arrays, model, 'net.safetensors');

describe("A network's arrays under the names of PyTorch programs", () => {
  const model = tinyWideResNet();
  const own = stateDict(model);
  const names = own.map(([name]) => name).filter(name => !name.endsWith('num_batches_tracked'));

  for (const prefix of [
    '',
    'module.',
    'model.',
    'module.model.',
    'state_dict.',
    'model_state_dict.module.',
  ]) {
    it(`are found behind "${prefix}", without the counters`, () => {
      const { arrays, unused } = adopt(
        renamed(own, name => prefix + name),
        model,
      );
      assert.deepEqual([...arrays.keys()].sort(), names.toSorted());
      assert.deepEqual(unused, []);
    });
  }

  it('are found where old wide ResNets carry an unused block', () => {
    const arrays = renamed(own, name => `module.${name}`);
    arrays.set('module.sub_block1.layer.0.conv1.weight', filled([16, 16, 3, 3]));
    assert.deepEqual(adopt(arrays, model).unused, []);
  });

  it('are found in the TRADES small CNN', () => {
    const cnn = tinySmallCnn();
    const trades = renamed(stateDict(cnn), name =>
      name.startsWith('conv') ? `feature_extractor.${name}` : `classifier.${name.replace(/^fc\./, 'fc3.')}`,
    );
    assert.deepEqual(
      [...adopt(trades, cnn).arrays.keys()].sort(),
      stateDict(cnn)
        .map(([n]) => n)
        .sort(),
    );
  });

  it('come with the normalisation that lies beside the network', () => {
    const arrays = renamed(own, name => `model.${name}`);
    arrays.set('mu', { dtype: 'F32', shape: [1, 3, 1, 1], data: Float32Array.of(0.5, 0.25, 0.125) });
    arrays.set('sigma', { dtype: 'F32', shape: [1, 3, 1, 1], data: Float32Array.of(0.5, 1, 2) });
    const { normalisation, unused } = adopt(arrays, model);
    assert.deepEqual(normalisation, { mean: [0.5, 0.25, 0.125], std: [0.5, 1, 2] });
    assert.deepEqual(unused, []);
  });

  it('leave what belongs to nothing to be told', () => {
    const arrays = renamed(own, name => name);
    arrays.set('head.weight', filled([3]));
    assert.deepEqual(adopt(arrays, model).unused, ['head.weight']);
  });

  it('are refused where one is missing, has another shape or is there twice, with file, name and mend', () => {
    const lacking = renamed(own, name => (name === 'fc.weight' ? 'fcc.weight' : name));
    assert.throws(
      () => adopt(lacking, model),
      /net\.safetensors has no array "fc\.weight", which wide-resnet-10-1 needs \(1 of \d+ are missing\)\. It has "fcc\.weight"\. .*--model/,
    );
    const misshapen = renamed(own, name => name);
    misshapen.set('fc.bias', filled([7]));
    assert.throws(
      () => adopt(misshapen, model),
      /net\.safetensors: "fc\.bias" has the shape \[7\]; wide-resnet-10-1 on 8 x 8 x 3 images in 10 classes needs \[10\]/,
    );
    const twice = renamed(own, name => name);
    twice.set('module.fc.bias', filled([10]));
    assert.throws(() => adopt(twice, model), /"fc\.bias" and "module\.fc\.bias" are both "fc\.bias"/);
  });
});
