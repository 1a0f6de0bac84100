import type { Config } from '../../contract/config';

type Schedule = Config['schedule'];

/**
 * The learning rate at `epoch` (a real number: 2.5 is the middle of the third epoch) of a run of `epochs`.
 *
 * A linear warm-up from 0 over `warmupEpochs` multiplies whatever schedule follows.
 * - step: base * factor^(number of milestones reached), as in TRADES and robust_overfitting
 * - cosine: half a cosine from base to finalFraction * base (Loshchilov and Hutter 2017)
 * - one-cycle: linear up from 0 to base at `peakEpoch`, linear down to finalFraction * base (robust_overfitting's "cyclic")
 */
export function learningRateAt(schedule: Schedule, base: number, epoch: number, epochs: number): number {
  const { warmupEpochs } = schedule;
  const warmup = warmupEpochs > 0 ? Math.min(1, epoch / warmupEpochs) : 1;
  return base * warmup * shape(schedule, epoch, epochs);
}

function shape(schedule: Schedule, epoch: number, epochs: number): number {
  const { finalFraction, peakEpoch } = schedule;
  switch (schedule.name) {
    case 'constant':
      return 1;
    case 'step':
      return schedule.factor ** schedule.milestones.filter(milestone => epoch >= milestone).length;
    case 'cosine': {
      const progress = Math.min(1, epoch / epochs);
      return finalFraction + (1 - finalFraction) * 0.5 * (1 + Math.cos(Math.PI * progress));
    }
    case 'one-cycle':
      if (epoch < peakEpoch) return epoch / peakEpoch;
      if (epochs <= peakEpoch) return 1;
      return 1 - (1 - finalFraction) * Math.min(1, (epoch - peakEpoch) / (epochs - peakEpoch));
  }
}
