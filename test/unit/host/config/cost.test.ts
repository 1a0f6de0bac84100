import assert from 'node:assert/strict';
import { defaultConfig, type RawConfig, resolveConfig } from '../../../../extension/contract/config';
import {
  duration,
  estimate,
  explain,
  summarise,
  summariseInLine,
} from '../../../../extension/host/config/cost/estimate';
import { stepCost } from '../../../../extension/host/config/cost/stepCost';

function configOf(sections: Partial<RawConfig>) {
  return resolveConfig({
    dataset: { name: 'mnist' },
    model: { name: 'small-cnn' },
    threat: { norm: 'linf', epsilon: 0.3 },
    ...sections,
  });
}

/** The same recipes and counts of passes as the trainer's own test of what a step costs. */
const costs: readonly (readonly [string, Partial<RawConfig>, number])[] = [
  ['standard', { objective: { name: 'standard' }, taylor: { order: 0 } }, 3],
  ['pgd-at', { objective: { name: 'pgd-at' }, taylor: { order: 0 } }, 23],
  ['mart', { objective: { name: 'mart' }, taylor: { order: 0 } }, 26],
  ['TRADES', { taylor: { order: 0, sigma: 0 } }, 27],
  ['RAT-TRADES of order 2', {}, 27],
  ['RAT-standard of order 2', { objective: { name: 'standard' } }, 26],
  ['RAT-PGD-AT of order 2', { objective: { name: 'pgd-at' } }, 26],
  ['RAT-TRADES with AWP', { awp: { gamma: 0.005 } }, 33],
  ['antithetic terms', { taylor: { estimator: 'antithetic' } }, 39],
  ['antithetic terms, 3 draws', { taylor: { estimator: 'antithetic', draws: 3 } }, 63],
  ['TRADES with 40 attack steps', { attack: { steps: 40 } }, 87],
];

describe('The estimated cost of a config', () => {
  for (const [what, sections, units] of costs) {
    it(`${what}: ${units} forward-pass units a step`, () => {
      assert.equal(stepCost(configOf(sections)).total, units);
    });
  }

  it('counts steps as the trainer does: whole batches of what remains beside the held-out images', () => {
    assert.equal(estimate(configOf({ batchSize: 128 })).stepsPerEpoch, 429);
    const small = { name: 'mnist', trainExamples: 500, validationExamples: 100 } as const;
    assert.equal(estimate(configOf({ dataset: small, batchSize: 50 })).stepsPerEpoch, 10);
  });

  it('gives no steps for a dataset whose size is not known before it is read', () => {
    const estimated = estimate(configOf({ dataset: { name: 'idx', path: 'data' } }));
    assert.equal(estimated.stepsPerEpoch, undefined);
    assert.equal(summarise(estimated), '27 forward-pass units a step');
    assert.match(explain(estimated, 3), /known when the dataset has been read/);
  });

  it('takes times from a measured speed, for each forward-pass unit', () => {
    // 100 images a second at 27 units: an epoch of 10 batches of 50 takes 5 s; twice the units take twice as long.
    const speed = { imageUnitsPerSecond: 2700, run: 'a-run', engine: 'wasm' };
    const dataset = { name: 'mnist', trainExamples: 500 } as const;
    const plain = estimate(configOf({ dataset, batchSize: 50, epochs: 4 }), speed);
    assert.equal(plain.secondsPerEpoch, 5);
    assert.equal(plain.totalSeconds, 20);
    assert.equal(summariseInLine(plain), '10 steps of 27 units, 5 s each');
    const costly = estimate(
      configOf({ dataset, batchSize: 50, objective: { name: 'standard' }, attack: { steps: 24 } }),
      speed,
    );
    assert.equal(costly.step.total, 54);
    assert.equal(costly.secondsPerEpoch, 10);
    assert.match(
      explain(plain, 4),
      /An epoch takes about 5 s, all 4 about 20 s, at the speed of a-run \(wasm\)/,
    );
  });

  it('says where no time can be given', () => {
    assert.match(
      explain(estimate(defaultConfig()), 200),
      /no run of this model on this dataset has been measured/,
    );
  });

  it('writes durations in at most two units', () => {
    assert.deepEqual([0.2, 5, 75, 120, 754, 3600, 9000, 90000].map(duration), [
      'less than 1 s',
      '5 s',
      '1 min 15 s',
      '2 min',
      '12 min',
      '1 h',
      '2 h 30 min',
      '1 d 1 h',
    ]);
  });
});
