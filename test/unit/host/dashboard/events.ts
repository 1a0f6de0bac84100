import type { RunEvent, StepEvent } from '../../../../extension/contract/events';

const begin = Date.UTC(2026, 0, 1, 12);

/** Ten steps an epoch; a second a step unless `seconds` says otherwise. */
export function at(step: number, seconds = step) {
  return { step, epoch: step / 10, time: new Date(begin + seconds * 1000).toISOString() };
}

export const started: RunEvent = {
  type: 'started',
  engine: 'wasm',
  device: 'a processor',
  parameters: 1000,
  stepsPerEpoch: 10,
  totalSteps: 100,
  ...at(0),
};

export function trained(step: number, seconds?: number): StepEvent {
  return {
    type: 'step',
    loss: { total: 1 / step, zeroth: 2 / step, natural: 3 / step },
    learningRate: 0.1,
    imagesPerSecond: 50,
    ...at(step, seconds),
  };
}

export function steps(from: number, to: number): StepEvent[] {
  return Array.from({ length: to - from + 1 }, (_, i) => trained(from + i));
}

export function validated(step: number, robustAccuracy: number): RunEvent {
  return {
    type: 'evaluation',
    split: 'validation',
    weights: 'current',
    examples: 500,
    attack: 'PGD-10',
    cleanAccuracy: 0.9,
    robustAccuracy,
    cleanLoss: 0.3,
    robustLoss: 0.6,
    seconds: 1,
    ...at(step),
  };
}
