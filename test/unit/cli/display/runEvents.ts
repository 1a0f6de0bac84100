import type {
  EvaluationEvent,
  MessageEvent,
  RunEvent,
  StepEvent,
} from '../../../../extension/contract/events';
import type { HeaderFacts } from '../../../../extension/trainer/cli/display/state';

/** A small run as a trainer would tell it: 5 epochs of 20 steps, 2 s a step, 10 s of evaluation after every epoch. */
export const stepsPerEpoch = 20;
export const epochs = 5;
export const totalSteps = stepsPerEpoch * epochs;

export const facts: HeaderFacts = {
  name: 'mnist-quickstart',
  runFolder: '.rat/runs/20250301-120000-mnist-quickstart-1a2b',
  totalSteps,
  epochs,
  objective: 'TRADES beta 6, Taylor order 2 (zeroth + first + second), PGD-10 epsilon 0.3',
};

/** Time `seconds` after the run's start. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2025, 2, 1, 12) + seconds * 1000).toISOString();
}

const epochSeconds = stepsPerEpoch * 2 + 10;
const validationRobust = [0.412, 0.6234, 0.7011, 0.688, 0.6925];

export const started: RunEvent = {
  type: 'started',
  step: 0,
  epoch: 0,
  time: at(0),
  engine: 'webgpu',
  device: 'NVIDIA H200',
  parameters: 421_642,
  stepsPerEpoch,
  totalSteps,
};

export function stepEvent(step: number): StepEvent {
  const finishedEpochs = Math.floor((step - 1) / stepsPerEpoch);
  return {
    type: 'step',
    step,
    epoch: step / stepsPerEpoch,
    time: at(finishedEpochs * 10 + step * 2),
    loss: {
      total: 2.3 / (1 + step / 20),
      zeroth: 2.2 / (1 + step / 20),
      natural: 1.8 / (1 + step / 20),
      robust: 0.0667 / (1 + step / 20),
      first: -0.0012,
      second: 0.000031,
    },
    learningRate: step > 60 ? 0.001 : 0.01,
    cleanAccuracy: 1 - 0.9 / (1 + step / 10),
    robustAccuracy: 1 - 0.95 / (1 + step / 20),
    imagesPerSecond: 1234.5,
  };
}

export function validation(epoch: number): EvaluationEvent {
  return {
    type: 'evaluation',
    step: epoch * stepsPerEpoch,
    epoch,
    time: at(epoch * epochSeconds - 4),
    split: 'validation',
    weights: 'current',
    examples: 1000,
    attack: 'PGD-10',
    cleanAccuracy: 0.9 + epoch / 100,
    robustAccuracy: validationRobust[epoch - 1] ?? 0,
    cleanLoss: 0.2,
    robustLoss: 1.1,
    seconds: 4,
  };
}

/** The epoch's steps, its means, its validation and, in every second epoch, its sharpness. */
export function epochEvents(epoch: number): RunEvent[] {
  const last = epoch * stepsPerEpoch;
  const steps = Array.from({ length: stepsPerEpoch }, (_, i) => stepEvent(last - stepsPerEpoch + 1 + i));
  const mean = stepEvent(last - stepsPerEpoch / 2);
  const measured = validation(epoch);
  const where = { step: last, epoch };
  return [
    ...steps,
    {
      type: 'epoch',
      ...where,
      time: at(epoch * epochSeconds - 10),
      loss: mean.loss,
      cleanAccuracy: mean.cleanAccuracy ?? 0,
      robustAccuracy: mean.robustAccuracy ?? 0,
      seconds: 40,
    },
    measured,
    ...(epoch % 2 === 0
      ? [
          {
            type: 'sharpness',
            ...where,
            time: at(epoch * epochSeconds - 1),
            rho: 0.05,
            directions: 8,
            examples: 512,
            clean: { mean: 0.0041, standardError: 0.0003 },
            adversarial: { mean: 0.0123, standardError: 0.0004 },
            noiseFloor: 1e-7,
            batchNorm: 'eval',
            seconds: 3,
          } as const,
        ]
      : []),
    { type: 'checkpoint', ...where, time: at(epoch * epochSeconds - 1), name: 'last' },
  ];
}

export function message(step: number, level: MessageEvent['level'], text: string): MessageEvent {
  return { type: 'message', step, epoch: step / stepsPerEpoch, time: at(step * 2), level, text };
}

export const test: EvaluationEvent = {
  ...validation(epochs),
  split: 'test',
  weights: 'best',
  examples: 10_000,
  attack: 'PGD-20',
  cleanAccuracy: 0.9512,
  robustAccuracy: 0.6987,
};

export const finished: RunEvent = {
  type: 'ended',
  step: totalSteps,
  epoch: epochs,
  time: at(epochs * epochSeconds),
  status: 'finished',
  seconds: epochs * epochSeconds,
};

export const stopped: RunEvent = {
  type: 'ended',
  step: 47,
  epoch: 2.35,
  time: at(120),
  status: 'stopped',
  reason: 'Stopped by SIGINT.',
  seconds: 120,
};

/** The whole run, from its start to its end. */
export const wholeRun: readonly RunEvent[] = [
  started,
  ...[1, 2].flatMap(epochEvents),
  message(45, 'warning', 'The loss was not finite in step 45; the step was left out.'),
  ...[3, 4, 5].flatMap(epochEvents),
  test,
  finished,
];
