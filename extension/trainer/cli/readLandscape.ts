import { landscapeLosses, landscapeMeasures, sharpnessScales } from '../../contract/landscape';
import type { LandscapeArguments } from './arguments';
import type { CommandSpec, RawArguments } from './command';
import { exitCodes } from './exitCodes';
import { evaluateSpec } from './readEvaluate';
import { readSubject } from './readSubject';
import { UserError } from './userError';
import { optional, readInteger, readIntegerOrDefault, readNames, readPositive } from './values';

/** Options that mean the same to `evaluate`. */
function shared(...names: readonly string[]): CommandSpec['options'] {
  return Object.fromEntries(Object.entries(evaluateSpec.options).filter(([name]) => names.includes(name)));
}

export const landscapeSpec: Omit<CommandSpec, 'name'> = {
  summary: 'measure how flat the loss is around the weights of a network',
  positionals: [
    {
      name: 'RUN',
      description: 'run folder, or its name in .rat/runs: its best checkpoint, model, dataset and threat',
      count: 'optional',
    },
  ],
  options: {
    ...shared('checkpoint', 'model', 'dataset'),
    measure: {
      description: `what to measure, separated by commas: ${landscapeMeasures.join(', ')}`,
      value: 'LIST',
      default: 'sharpness,worst-case,eigenvalue,trace,curve',
    },
    loss: {
      description:
        'losses, separated by commas: clean, fixed (adversarial images made once at the weights), regenerated (made anew at every point)',
      value: 'LIST',
      default: 'clean,fixed',
    },
    examples: {
      description: 'how many images, drawn by the seed; by default 512, or all where there are fewer',
      value: 'N',
    },
    split: {
      description: 'from which part of the dataset',
      value: 'PART',
      choices: ['train', 'test'],
      default: 'train',
    },
    ...shared('norm'),
    epsilon: {
      description: "its radius in pixel values of [0, 1], for example 8/255; by default the run's",
      value: 'E',
    },
    'attack-steps': {
      description: 'steps of the PGD that makes adversarial images',
      value: 'N',
      default: '10',
    },
    'step-size': { description: 'its step, in pixel values', value: 'S' },
    scale: {
      description: `expected sharpness: what lengths are relative to, separated by commas: ${sharpnessScales.join(', ')}`,
      value: 'LIST',
      default: 'filter',
    },
    rho: {
      description:
        'expected sharpness: length of a direction; by default 0.05, of absolute ones 0.005 a weight',
      value: 'R',
    },
    directions: {
      description: 'expected sharpness: random directions, each walked both ways',
      value: 'N',
      default: '8',
    },
    'worst-rho': {
      description: 'worst-case sharpness: length of the step along the gradient',
      value: 'R',
      default: '0.05',
    },
    probes: { description: 'trace: random sign vectors', value: 'N', default: '30' },
    points: {
      description: 'curve and surface: points an axis; an odd number, so that the weights are one of them',
      value: 'N',
      default: '21',
    },
    radius: {
      description: 'curve and surface: how far to walk, in multiples of the filters',
      value: 'R',
      default: '1',
    },
    'directions-of': {
      description: "curve and surface: walk along this run's directions, for comparison with it",
      value: 'RUN',
    },
    ...shared('mean', 'std', 'batch'),
    seed: { description: 'seed of the images, the attack and the directions', value: 'N', default: '0' },
    ...shared('workspace'),
    again: { description: 'measure anew, even where a result or a part of it is stored' },
    json: { description: 'print the result as one JSON object on stdout' },
    ...shared('progress'),
  },
  notes: [
    'One seed gives the same Gaussian directions to all networks of the same shapes; their lengths follow the filters of the network itself, or of the run named with --directions-of.',
    "The result is kept in the run's evaluations/ (.rat/evaluations for other checkpoints) and written after every figure, point of a curve and row of a surface: the same command goes on after an interruption, and prints the stored result once there is one.",
    'A flatter loss is a description of the network, no proof that it is more robust.',
  ],
  stopsOrderly: true,
};

/** @throws UserError where a value is not legal. */
export function readLandscape(raw: RawArguments): LandscapeArguments {
  const subject = readSubject(raw, 'measure', usage);
  const points = readIntegerOrDefault(raw, 'points', 3);
  if (points % 2 === 0) throw usage(`--points ${points}: expected an odd number, such as ${points + 1}.`);
  return {
    ...subject,
    measures: readNames(raw, 'measure', landscapeMeasures),
    losses: readNames(raw, 'loss', landscapeLosses),
    split: raw.text('split') === 'test' ? 'test' : 'train',
    ...optional('examples', readInteger(raw, 'examples', 1)),
    ...optional('epsilon', readPositive(raw, 'epsilon')),
    attackSteps: readIntegerOrDefault(raw, 'attack-steps', 1),
    scales: readNames(raw, 'scale', sharpnessScales),
    ...optional('rho', readPositive(raw, 'rho')),
    directions: readIntegerOrDefault(raw, 'directions', 1),
    worstCaseRho: readPositive(raw, 'worst-rho') ?? 0.05,
    probes: readIntegerOrDefault(raw, 'probes', 1),
    radius: readPositive(raw, 'radius') ?? 1,
    points,
    ...optional('directionsOf', raw.text('directions-of')),
  };
}

function usage(message: string): UserError {
  return new UserError(`landscape: ${message} See randomized-at help landscape.`, exitCodes.badUsage);
}
