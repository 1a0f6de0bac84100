import { type Config, knownFacts } from '../../../contract/config';
import { type StepCost, stepCost } from './stepCost';

/** How fast a network of one kind was trained on this machine. */
export interface Speed {
  /** Images times forward-pass units of their step, a second. */
  readonly imageUnitsPerSecond: number;
  /** The run that was measured. */
  readonly run: string;
  readonly engine: string;
}

export interface Estimate {
  readonly step: StepCost;
  /** Absent where the dataset's size is not known before it is read. */
  readonly stepsPerEpoch?: number;
  /** Training alone: the measurements at the ends of epochs come on top. */
  readonly secondsPerEpoch?: number;
  readonly totalSeconds?: number;
  readonly speed?: Speed;
}

/** What a run of the config will cost; times only where a speed was measured. */
export function estimate(config: Config, speed?: Speed): Estimate {
  const step = stepCost(config);
  const images = trainingImages(config);
  if (images === undefined) return { step };
  const batch = Math.min(config.batchSize, images);
  const stepsPerEpoch = Math.max(1, Math.floor(images / config.batchSize));
  if (speed === undefined) return { step, stepsPerEpoch };
  const secondsPerEpoch = (stepsPerEpoch * batch * step.total) / speed.imageUnitsPerSecond;
  return { step, stepsPerEpoch, secondsPerEpoch, totalSeconds: secondsPerEpoch * config.epochs, speed };
}

/** The size of a dataset without a name of its own is known only where the config limits it. */
function trainingImages({ dataset }: Config): number | undefined {
  const facts = knownFacts(dataset.name);
  if (facts === undefined) return dataset.trainExamples ?? undefined;
  const remaining = facts.trainExamples - dataset.validationExamples;
  const images = Math.min(dataset.trainExamples ?? remaining, remaining);
  return images > 0 ? images : undefined;
}

/** "27 forward-pass units a step · 120 steps an epoch · about 2 min each": what is known of it. */
export function summarise({ step, stepsPerEpoch, secondsPerEpoch }: Estimate): string {
  return [
    `${step.total} forward-pass units a step`,
    ...(stepsPerEpoch === undefined ? [] : [`${counted(stepsPerEpoch)} an epoch`]),
    ...(secondsPerEpoch === undefined ? [] : [`about ${duration(secondsPerEpoch)} each`]),
  ].join(' · ');
}

/** "429 steps of 27 units, 1 min 15 s each": as much as VS Code shows of a hint in a line. */
export function summariseInLine({ step, stepsPerEpoch, secondsPerEpoch }: Estimate): string {
  const units = `${step.total} units`;
  if (stepsPerEpoch === undefined) return `${units} a step`;
  const time = secondsPerEpoch === undefined ? '' : `, ${duration(secondsPerEpoch)} each`;
  return `${counted(stepsPerEpoch)} of ${units}${time}`;
}

/** The whole estimate, a line for each part. */
export function explain(estimated: Estimate, epochs: number): string {
  const { step, stepsPerEpoch, secondsPerEpoch, totalSeconds, speed } = estimated;
  const awp =
    step.weightPerturbation > 0 ? `, weight perturbation ${step.weightPerturbation} (after its warm-up)` : '';
  return [
    `A training step costs ${step.total} forward-pass units: attack ${step.attack}, loss and Taylor terms ${step.loss}${awp}. ` +
      'A backward pass counts 1 to the images and 2 to the weights.',
    stepsPerEpoch === undefined
      ? 'How many steps an epoch has is known when the dataset has been read.'
      : `An epoch has ${stepsPerEpoch} steps; ${epochs} epochs have ${stepsPerEpoch * epochs}.`,
    speed === undefined || secondsPerEpoch === undefined || totalSeconds === undefined
      ? 'No time is given: no run of this model on this dataset has been measured in this workspace.'
      : `An epoch takes about ${duration(secondsPerEpoch)}, all ${epochs} about ${duration(totalSeconds)}, ` +
        `at the speed of ${speed.run} (${speed.engine}). Evaluation and sharpness come on top.`,
  ].join('\n\n');
}

function counted(steps: number): string {
  return `${steps} ${steps === 1 ? 'step' : 'steps'}`;
}

/** 75 -> "1 min 15 s"; two units at most. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'less than 1 s';
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours >= 24) return `${Math.floor(hours / 24)} d${hours % 24 > 0 ? ` ${hours % 24} h` : ''}`;
  if (hours > 0) return `${hours} h${minutes > 0 ? ` ${minutes} min` : ''}`;
  if (minutes >= 10) return `${minutes} min`;
  if (minutes > 0) return `${minutes} min${whole % 60 > 0 ? ` ${whole % 60} s` : ''}`;
  return `${whole} s`;
}
