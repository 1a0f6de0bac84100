import { type Naming, namings } from '../checkpoint/namings';
import type { CommandSpec, RawArguments } from './command';
import { exitCodes } from './exitCodes';
import { UserError } from './userError';
import { optional } from './values';

/** Paths are as they were typed. */
export interface ImportArguments {
  readonly file: string;
  readonly model?: string;
  readonly out?: string;
  readonly replace: boolean;
}

export interface ExportArguments {
  /** A run folder, its name below `.rat/runs`, or a safetensors file. */
  readonly source: string;
  readonly out: string;
  /** Which one of a run. */
  readonly checkpoint: 'best' | 'last';
  readonly naming: Naming;
  readonly prefix: string;
  readonly workspace: string;
  readonly replace: boolean;
}

const replace = { description: 'replace the file that is written, where it exists' };

export const importSpec: Omit<CommandSpec, 'name'> = {
  summary: 'check a checkpoint from PyTorch and write it under our names',
  positionals: [{ name: 'FILE', description: 'safetensors file from PyTorch', count: 'one' }],
  options: {
    out: {
      description: 'file to write; by default the same name with .imported.safetensors',
      value: 'FILE',
    },
    model: { description: 'its model; by default told from the names and shapes', value: 'MODEL' },
    replace,
  },
  notes: [
    'Wrappers such as "module." and "model." are stripped, old unused blocks and counters dropped; normalisation layers beside the network are kept and applied by evaluate and landscape.',
    'A .pt file is a pickle, which only Python may open: dist/python/convert_checkpoint.py makes safetensors of it, and the other way round.',
  ],
};

export const exportSpec: Omit<CommandSpec, 'name'> = {
  summary: 'write a checkpoint for PyTorch, to be loaded with strict=True',
  positionals: [
    { name: 'SOURCE', description: 'run folder, its name in .rat/runs, or a safetensors file', count: 'one' },
  ],
  options: {
    out: { description: 'file to write', value: 'FILE' },
    checkpoint: {
      description: 'which checkpoint of a run',
      value: 'NAME',
      choices: ['best', 'last'],
      default: 'best',
    },
    names: {
      description: "plain: as in our files; trades: small-cnn as TRADES' SmallCNN",
      value: 'NAMES',
      choices: namings,
      default: 'plain',
    },
    prefix: { description: 'text before every name, for example module.', value: 'TEXT' },
    workspace: { description: 'where .rat lies', value: 'DIR', default: '.' },
    replace,
  },
  notes: [
    'Wide ResNets have the names of TRADES and RobustBench, PreActResNets those of AWP, robust_overfitting and RAT, whatever --names says.',
  ],
};

export function readImport(raw: RawArguments): ImportArguments {
  return {
    file: raw.positionals[0] ?? '',
    ...optional('model', raw.text('model')),
    ...optional('out', raw.text('out')),
    replace: raw.flag('replace'),
  };
}

/** @throws UserError without --out */
export function readExport(raw: RawArguments): ExportArguments {
  const out = raw.text('out');
  if (out === undefined) {
    throw new UserError(
      'export: --out FILE is missing: the safetensors file to write. See randomized-at help export.',
      exitCodes.badUsage,
    );
  }
  return {
    source: raw.positionals[0] ?? '',
    out,
    checkpoint: raw.text('checkpoint') === 'last' ? 'last' : 'best',
    naming: raw.text('names') === 'trades' ? 'trades' : 'plain',
    prefix: raw.text('prefix') ?? '',
    workspace: raw.text('workspace') ?? '.',
    replace: raw.flag('replace'),
  };
}
