import type { CommandSpec, RawArguments } from './command';
import { exitCodes } from './exitCodes';
import { UserError } from './userError';
import { optional } from './values';

const actions = ['build-tensorflow', 'install-tensorflow'] as const;

export interface EngineActionArguments {
  readonly action: (typeof actions)[number];
  /** As typed; absent means: below the current folder. */
  readonly into?: string;
  readonly python?: string;
}

export const engineActionSpec: CommandSpec = {
  name: 'engine',
  summary: 'bring the tensorflow engine to this machine, and try it',
  positionals: [{ name: 'ACTION', description: 'build-tensorflow or install-tensorflow', count: 'one' }],
  options: {
    into: {
      description: 'folder for it; ./.rat/tensorflow, where runs of this folder look, if left out',
      value: 'FOLDER',
    },
    python: {
      description: 'build-tensorflow: the Python whose TensorFlow is used; else the one on the PATH',
      value: 'PATH',
    },
  },
  notes: [
    'build-tensorflow compiles the addon of tfjs-node for the TensorFlow of a Python (pip install tensorflow-cpu, or ' +
      "'tensorflow[and-cuda]' for NVIDIA GPUs with CUDA 12). It needs Linux, npm and a C++ compiler.",
    'install-tensorflow installs @tensorflow/tfjs-node-gpu, which downloads libtensorflow 2.9.1 for CUDA 11.2 and cuDNN 8.1: for ' +
      'NVIDIA GPUs up to the Ampere generation (RTX 30, A100).',
  ],
};

/** @throws UserError where the action is unknown, or an option belongs to the other one */
export function readEngineAction(raw: RawArguments): EngineActionArguments {
  const [name] = raw.positionals;
  const action = actions.find(candidate => candidate === name);
  if (action === undefined) {
    throw new UserError(
      `engine ${name}: expected one of ${actions.join(', ')}. See randomized-at help engine.`,
      exitCodes.badUsage,
    );
  }
  const python = raw.text('python');
  if (python !== undefined && action !== 'build-tensorflow') {
    throw new UserError(
      `engine ${action}: --python belongs to build-tensorflow. Leave it out.`,
      exitCodes.badUsage,
    );
  }
  return { action, ...optional('into', raw.text('into')), ...optional('python', python) };
}
