import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type Config, parseConfig } from '../../../extension/contract/config';
import { presets } from '../../../extension/contract/presets';

function configOf(name: string): Config {
  const found = presets.find(preset => preset.name === name);
  assert.ok(found, name);
  const parsed = parseConfig(found.text, name);
  assert.ok('config' in parsed, JSON.stringify(parsed));
  return parsed.config;
}

describe('The presets', () => {
  it('are configs without a warning, each under its own name and with its sources', () => {
    for (const { name, text, sources, dataset } of presets) {
      const parsed = parseConfig(text, name);
      assert.ok('config' in parsed, `${name}: ${JSON.stringify(parsed)}`);
      assert.deepEqual(parsed.warnings, [], name);
      assert.deepEqual([parsed.config.name, parsed.config.dataset.name], [name, dataset]);
      assert.ok(sources.length > 0 && sources.every(source => text.includes(source)), name);
    }
    assert.equal(new Set(presets.map(({ name }) => name)).size, presets.length);
  });

  it('cover every method, dataset, network and norm of the paper, and MNIST', () => {
    for (const method of ['trades', 'trades-rat', 'awp', 'awp-rat']) {
      for (const dataset of ['cifar-10', 'cifar-100', 'svhn']) {
        for (const model of ['preact-resnet-18', 'wide-resnet-34-10']) {
          for (const norm of ['linf', 'l2']) configOf(`${method}-${dataset}-${model}-${norm}`);
        }
      }
    }
    configOf('trades-mnist-small-cnn-linf');
    configOf('trades-rat-mnist-small-cnn-linf');
  });

  it('train as the official code does', () => {
    const { taylor, attack, threat, optimizer, schedule, awp, augmentation, epochs, batchSize } = configOf(
      'trades-rat-cifar-10-wide-resnet-34-10-linf',
    );
    assert.deepEqual([threat.epsilon, attack.steps, attack.stepSize], [8 / 255, 10, 2 / 255]);
    assert.deepEqual([attack.start, attack.startSigma, attack.loss], ['gaussian', 0.001, 'kl']);
    assert.deepEqual([taylor.order, taylor.alpha, taylor.secondWeight, taylor.sigma], [2, 0.2, 0.5, 1e-4]);
    assert.equal(taylor.batchNormUpdates, 'reference');
    assert.deepEqual(optimizer, { name: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4 });
    assert.deepEqual([epochs, batchSize, schedule.milestones], [200, 128, [100, 150]]);
    assert.deepEqual([augmentation.cropPadding, augmentation.flip, awp.gamma], [4, true, 0]);
    const withAwp = configOf('awp-rat-cifar-10-preact-resnet-18-linf');
    assert.deepEqual([withAwp.awp.gamma, withAwp.awp.warmupEpochs], [0.005, 10]);
    assert.equal(withAwp.taylor.secondWeight, 0.4);
    const plain = configOf('trades-cifar-100-wide-resnet-34-10-l2');
    assert.deepEqual([plain.taylor.order, plain.taylor.sigma], [0, 0]);
    assert.ok(Math.abs(plain.attack.stepSize - (2 * plain.threat.epsilon) / 10) < 1e-12);
  });

  it('name published figures only where the authors’ model was this setting', () => {
    const told = presets.filter(({ expected }) => expected !== undefined).map(({ name }) => name);
    assert.deepEqual(told, [
      'trades-original-cifar-10-wide-resnet-34-10-linf',
      'awp-cifar-10-wide-resnet-34-10-linf',
    ]);
  });

  for (const name of ['trades-cifar-10-preact-resnet-18-linf', 'trades-rat-cifar-10-preact-resnet-18-linf']) {
    it(`${name} is also an example`, async () => {
      const text = await readFile(`examples/${name}.rat.json`, 'utf8');
      assert.equal(text, presets.find(preset => preset.name === name)?.text);
    });
  }
});
