import assert from 'node:assert/strict';
import { defaultConfig } from '../../../extension/contract/config';
import { learningRateAt } from '../../../extension/trainer/optim/schedule';
import { assertClose, range } from '../support/float64';

type Schedule = Parameters<typeof learningRateAt>[0];

const schedule = (changes: Partial<Schedule>): Schedule => ({
  ...defaultConfig().schedule,
  milestones: [100, 150],
  factor: 0.1,
  warmupEpochs: 0,
  finalFraction: 0.01,
  peakEpoch: 60,
  ...changes,
});

const epochs = 200;
const base = 0.1;
const names = ['constant', 'step', 'cosine', 'one-cycle'] as const;

function assertRates(changes: Partial<Schedule>, expected: Readonly<Record<number, number>>): void {
  for (const [epoch, rate] of Object.entries(expected)) {
    const found = learningRateAt(schedule(changes), base, Number(epoch), epochs);
    assertClose([found], [rate], { absolute: 1e-12 }, `epoch ${epoch}`);
  }
}

describe('The learning rate', () => {
  it('constant: never changes', () => {
    assertRates({ name: 'constant' }, { 0: base, 77.5: base, 200: base });
  });

  it('step: is cut by the factor exactly from each milestone on', () => {
    assertRates({ name: 'step' }, { 0: 0.1, 99.999: 0.1, 100: 0.01, 149.5: 0.01, 150: 0.001, 200: 0.001 });
  });

  it('cosine: starts at the base, is half way in the middle, ends at its final fraction', () => {
    assertRates({ name: 'cosine' }, { 0: 0.1, 100: 0.0505, 200: 0.001, 250: 0.001 });
    assertRates({ name: 'cosine', finalFraction: 0 }, { 50: 0.05 * (1 + Math.SQRT1_2), 200: 0 });
  });

  it('one-cycle: climbs in a line to the base at its peak, then falls in a line to its final fraction', () => {
    assertRates({ name: 'one-cycle' }, { 0: 0, 30: 0.05, 60: 0.1, 130: 0.0505, 200: 0.001, 300: 0.001 });
    const rates = range(2001).map(i => learningRateAt(schedule({ name: 'one-cycle' }), base, i / 10, epochs));
    assert.equal(rates.indexOf(Math.max(...rates)), 600);
  });

  it('one-cycle: has no way down when the run ends at its peak, and no way up when it starts there', () => {
    const peakAtEnd = schedule({ name: 'one-cycle', peakEpoch: epochs });
    assertClose(
      [100, 200].map(epoch => learningRateAt(peakAtEnd, base, epoch, epochs)),
      [0.05, 0.1],
      { absolute: 1e-12 },
    );
    assertRates({ name: 'one-cycle', peakEpoch: 0 }, { 0: 0.1, 100: 0.0505, 200: 0.001 });
  });

  it('warm-up: climbs in a line from 0 and multiplies what follows', () => {
    assertRates({ name: 'constant', warmupEpochs: 10 }, { 0: 0, 2.5: 0.025, 5: 0.05, 10: 0.1, 11: 0.1 });
    for (const name of names) {
      for (const epoch of [3, 10, 50]) {
        const plain = learningRateAt(schedule({ name }), base, epoch, epochs);
        assertRates({ name, warmupEpochs: 10 }, { [epoch]: plain * Math.min(1, epoch / 10) });
      }
    }
  });

  for (const name of names) {
    for (const warmupEpochs of [0, 7]) {
      it(`${name}${warmupEpochs > 0 ? ' with warm-up' : ''}: is between 0 and the base, scales with it, and jumps at milestones alone`, () => {
        const settings = schedule({ name, warmupEpochs });
        let last: number | undefined;
        for (const i of range(20_001)) {
          const epoch = i / 100;
          const rate = learningRateAt(settings, base, epoch, epochs);
          assert.ok(rate >= 0 && rate <= base * (1 + 1e-12), `epoch ${epoch}: ${rate}`);
          assertClose([learningRateAt(settings, 3 * base, epoch, epochs)], [3 * rate], { absolute: 1e-12 });
          const mayJump = name === 'step' && (epoch === 100 || epoch === 150);
          // The steepest line is the warm-up: base / 7 an epoch.
          if (last !== undefined && !mayJump)
            assert.ok(Math.abs(rate - last) < base / 600, `jump at ${epoch}`);
          last = rate;
        }
      });
    }
  }
});
