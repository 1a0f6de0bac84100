import type { RunEvent } from '../../../contract/events';

/** How fast a run trains, apart from what it does between epochs. Times are seconds. */
export interface Pace {
  /** Exponentially smoothed; undefined until two step events stand side by side. */
  readonly secondsPerStep?: number;
  readonly lastStep?: { readonly step: number; readonly time: number };
  /** Something else than training (evaluation, checkpoint, ...) happened since `lastStep`. */
  readonly interrupted: boolean;
  /** Epochs that ended since `lastStep`. */
  readonly epochsInGap: number;
  /** Time spent between steps on something else than training, and how many epochs' ends it covers. */
  readonly pauseSeconds: number;
  readonly pausedEpochs: number;
}

export const initialPace: Pace = { interrupted: false, epochsInGap: 0, pauseSeconds: 0, pausedEpochs: 0 };

/** An interval's weight in the smoothed rate approaches 1 when it is long against this. */
const smoothingSeconds = 30;

/** The pace after one more event. Reads the events' own times, so that replaying a file gives the same figures. */
export function advancePace(pace: Pace, event: RunEvent): Pace {
  switch (event.type) {
    case 'started':
    case 'resumed': {
      const { lastStep: _forgotten, ...rest } = pace;
      return { ...rest, interrupted: false, epochsInGap: 0 };
    }
    case 'step':
      return afterStep(pace, { step: event.step, time: Date.parse(event.time) / 1000 });
    case 'epoch':
      return { ...pace, interrupted: true, epochsInGap: pace.epochsInGap + 1 };
    case 'evaluation':
    case 'sharpness':
    case 'examples':
    case 'checkpoint':
      return { ...pace, interrupted: true };
    default:
      return pace;
  }
}

function afterStep(pace: Pace, lastStep: { step: number; time: number }): Pace {
  const steps = lastStep.step - (pace.lastStep?.step ?? lastStep.step);
  const seconds = lastStep.time - (pace.lastStep?.time ?? lastStep.time);
  const next = { ...pace, lastStep, interrupted: false, epochsInGap: 0 };
  if (pace.interrupted) {
    const training = steps * (pace.secondsPerStep ?? 0);
    return {
      ...next,
      pauseSeconds: pace.pauseSeconds + Math.max(0, seconds - training),
      pausedEpochs: pace.pausedEpochs + pace.epochsInGap,
    };
  }
  if (steps <= 0 || seconds <= 0) return next;
  const latest = seconds / steps;
  const weight = 1 - Math.exp(-seconds / smoothingSeconds);
  const before = pace.secondsPerStep ?? latest;
  return { ...next, secondsPerStep: before + weight * (latest - before) };
}

/** Seconds of training left plus, for every epoch's end still to come, the mean pause so far; undefined until known. */
export function remainingSeconds(
  pace: Pace,
  remainingSteps: number,
  remainingEpochs: number,
): number | undefined {
  if (pace.secondsPerStep === undefined) return undefined;
  const pausePerEpoch = pace.pausedEpochs > 0 ? pace.pauseSeconds / pace.pausedEpochs : 0;
  return remainingSteps * pace.secondsPerStep + remainingEpochs * pausePerEpoch;
}
