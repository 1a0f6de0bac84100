import type { SemanticProblem } from '../problem';
import type { Config } from '../resolve';
import { error, set, show, warning } from './findings';

/** Settings that depend on how long training lasts. */
export function checkTraining(config: Config): SemanticProblem[] {
  return [...checkSchedule(config), ...checkWarmups(config)];
}

function checkSchedule({ schedule, epochs }: Config): SemanticProblem[] {
  if (schedule.name === 'step') {
    const increasing = schedule.milestones.every(
      (epoch, index) => epoch > (schedule.milestones[index - 1] ?? 0),
    );
    const sorted = [...new Set(schedule.milestones)].sort((a, b) => a - b);
    if (increasing) return [];
    return [
      error(
        'schedule.milestones',
        `found ${JSON.stringify(schedule.milestones)}; milestones must increase.`,
        {
          mend: set('schedule.milestones', sorted),
        },
      ),
    ];
  }
  if (schedule.name === 'one-cycle' && schedule.peakEpoch > epochs) {
    return [
      error(
        'schedule.peakEpoch',
        `found ${show(schedule.peakEpoch)}, after the last of ${epochs} epochs; the rate would never come down.`,
        { mend: set('schedule.peakEpoch', null, 'use the default, 0.3 * epochs (null)') },
      ),
    ];
  }
  return [];
}

/** A warm-up that outlasts training, for everything that has one and is on. */
function checkWarmups({ awp, ema, schedule, epochs }: Config): SemanticProblem[] {
  const warmups = [
    { path: 'awp.warmupEpochs', length: awp.warmupEpochs, on: awp.gamma > 0, result: 'AWP never starts' },
    {
      path: 'ema.warmupEpochs',
      length: ema.warmupEpochs,
      on: ema.decay > 0,
      result: 'averaging never starts',
    },
    {
      path: 'schedule.warmupEpochs',
      length: schedule.warmupEpochs,
      on: schedule.warmupEpochs > 0,
      result: 'the learning rate never reaches its base',
    },
  ];
  return warmups
    .filter(({ length, on }) => on && length >= epochs)
    .map(({ path, length, result }) =>
      warning(path, `found ${show(length)}, but training has only ${epochs} epochs: ${result}.`, {
        mend: set(path, Math.floor(epochs / 10)),
      }),
    );
}
