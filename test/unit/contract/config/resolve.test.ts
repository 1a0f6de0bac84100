import assert from 'node:assert/strict';
import { configOf, textOf } from './texts';

describe('Resolving a config', () => {
  it('turns fractions into numbers', () => {
    const config = configOf(
      textOf({ threat: { norm: 'linf', epsilon: '8 / 255' }, attack: { stepSize: '2/255' } }),
    );
    assert.equal(config.threat.epsilon, 8 / 255);
    assert.equal(config.attack.stepSize, 2 / 255);
  });

  it('steps by epsilon / 4 in linf, 2 epsilon / steps in l2, and epsilon / 10 in the final evaluation', () => {
    const linf = configOf(textOf({ threat: { norm: 'linf', epsilon: '8/255' } }));
    assert.equal(linf.attack.stepSize, 2 / 255);
    assert.equal(linf.evaluation.stepSize, 2 / 255);
    assert.equal(linf.evaluation.final.stepSize, 8 / 255 / 10);
    const l2 = configOf(textOf({ threat: { norm: 'l2', epsilon: 1 }, attack: { steps: 20 } }));
    assert.equal(l2.attack.stepSize, 0.1);
  });

  it('attacks the KL divergence for trades and the cross-entropy for every other objective', () => {
    const lossOf = (name: string, loss?: string) =>
      configOf(textOf({ objective: { name }, ...(loss === undefined ? {} : { attack: { loss } }) })).attack
        .loss;
    assert.deepEqual(
      ['trades', 'pgd-at', 'mart', 'standard'].map(name => lossOf(name)),
      ['kl', 'cross-entropy', 'cross-entropy', 'cross-entropy'],
    );
    assert.equal(lossOf('trades', 'cross-entropy'), 'cross-entropy');
    assert.equal(lossOf('mart', 'kl'), 'kl');
  });

  it('draws weight noise of 1e-4 for last-layer and of 0.01 filter norms for antithetic', () => {
    const { sigma, sigmaScale } = configOf(textOf({})).taylor;
    assert.deepEqual([sigma, sigmaScale], [1e-4, 'absolute']);
    const antithetic = configOf(textOf({ taylor: { estimator: 'antithetic' } })).taylor;
    assert.deepEqual([antithetic.sigma, antithetic.sigmaScale], [0.01, 'filter']);
  });

  it('keeps a sigma of 0, which is no noise', () => {
    assert.equal(configOf(textOf({ taylor: { order: 0, sigma: 0 } })).taylor.sigma, 0);
  });

  it('peaks one-cycle after 0.3 of the epochs', () => {
    const config = configOf(textOf({ epochs: 40, schedule: { name: 'one-cycle' } }));
    assert.equal(config.schedule.peakEpoch, 12);
  });

  it('gives each architecture its own fields and no others', () => {
    const model = (fields: object) => configOf(textOf({ model: fields })).model;
    assert.deepEqual(model({ name: 'small-cnn', hidden: 64 }), {
      name: 'small-cnn',
      family: 'small-cnn',
      channels: [32, 64],
      hidden: 64,
    });
    assert.deepEqual(model({ name: 'wide-resnet-34-10' }), {
      name: 'wide-resnet-34-10',
      family: 'wide-resnet',
      depth: 34,
      widenFactor: 10,
    });
    assert.deepEqual(model({ name: 'preact-resnet-18', width: 16 }), {
      name: 'preact-resnet-18',
      family: 'preact-resnet',
      width: 16,
      blocks: [2, 2, 2, 2],
    });
  });

  it('leaves an idx path as written, for the trainer to look up beside the config', () => {
    const { dataset } = configOf(textOf({ dataset: { name: 'idx', path: '../data', classes: 3 } }));
    assert.equal(dataset.path, '../data');
    assert.equal(dataset.classes, 3);
  });
});
