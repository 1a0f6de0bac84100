import type { EvaluateArguments } from './arguments';
import type { CommandSpec, RawArguments } from './command';
import { exitCodes } from './exitCodes';
import { readSubject } from './readSubject';
import { UserError } from './userError';
import { optional, readPositives } from './values';

export const evaluateSpec: Omit<CommandSpec, 'name'> = {
  summary: 'attack a trained network and report what stays robust',
  positionals: [
    {
      name: 'RUN',
      description: 'run folder, or its name in .rat/runs: its best checkpoint, model, dataset and threat',
      count: 'optional',
    },
  ],
  options: {
    checkpoint: { description: 'safetensors file to evaluate, ours or from PyTorch', value: 'FILE' },
    model: {
      description:
        "its model, for example small-cnn or wide-resnet-34-10; by default the run's, or told from the file",
      value: 'MODEL',
    },
    dataset: {
      description:
        "mnist, cifar-10, cifar-100, svhn, fashion-mnist, or a folder of images or IDX files; by default the run's",
      value: 'DATA',
    },
    examples: {
      description: 'test examples from A to before B, counted from 0; by default all',
      value: 'A..B',
    },
    norm: { description: "norm of the threat; by default the run's", value: 'NORM', choices: ['linf', 'l2'] },
    epsilon: {
      description:
        "its radius in pixel values of [0, 1], for example 8/255, or several separated by commas; by default the run's",
      value: 'E',
    },
    attack: {
      description:
        'attacks, separated by commas: autoattack, autoattack-plus, fgsm, pgd-STEPS, cw-STEPS, mim-STEPS, apgd-ce, apgd-dlr, apgd-t, fab, fab-t, square',
      value: 'LIST',
      default: 'autoattack',
    },
    each: { description: 'give every attack of the list all correctly classified examples' },
    'step-size': { description: 'step of pgd, cw and mim, in pixel values', value: 'S' },
    mean: {
      description: 'normalise with this mean a channel, where the network does not do it itself',
      value: 'M,M,M',
    },
    std: { description: 'normalise with this standard deviation a channel', value: 'S,S,S' },
    batch: { description: 'images in a batch; the figures do not depend on it', value: 'N', default: '128' },
    seed: { description: 'seed of every random draw', value: 'N', default: '0' },
    workspace: { description: 'where .rat lies', value: 'DIR', default: '.' },
    again: { description: 'evaluate anew, even where a result or a part of it is stored' },
    json: { description: 'print the result as one JSON object on stdout' },
    progress: {
      description: 'json: tell events as JSON lines on stderr',
      value: 'FORM',
      choices: ['auto', 'json'],
      default: 'auto',
    },
  },
  notes: [
    'An attack sees only what those before it in the list have left robust, and its figure is the accuracy after it; with --each it stands alone.',
    'With several radii there is an evaluation of each, one after the other: together they are a robustness curve.',
    "The result is kept in the run's evaluations/ (.rat/evaluations for other checkpoints) and written after every batch: the same command goes on after an interruption, and prints the stored result once there is one.",
  ],
  stopsOrderly: true,
};

/** @throws UserError where a value is not legal. */
export function readEvaluate(raw: RawArguments): EvaluateArguments {
  return {
    ...readSubject(raw, 'evaluate', usage),
    ...optional('examples', readExamples(raw)),
    ...optional('epsilons', readPositives(raw, 'epsilon')),
    attack: raw.text('attack') ?? 'autoattack',
    each: raw.flag('each'),
  };
}

function readExamples(raw: RawArguments): EvaluateArguments['examples'] {
  const text = raw.text('examples');
  if (text === undefined) return undefined;
  const match = /^(\d{1,9})\.\.(\d{1,9})$/.exec(text);
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || from >= to) {
    throw usage(
      `--examples ${text}: expected two numbers such as 0..1000, the first and one past the last, the second the greater.`,
    );
  }
  return { from, to };
}

function usage(message: string): UserError {
  return new UserError(`evaluate: ${message} See randomized-at help evaluate.`, exitCodes.badUsage);
}
