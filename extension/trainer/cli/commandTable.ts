import { precisions } from '../engine/engine';
import { type BenchArguments, engineChoices, type RunArguments } from './arguments';
import { type Command, defineCommand, type OptionSpec, type RawArguments } from './command';
import { exitCodes } from './exitCodes';
import { parseOverride } from './overrides';
import { exportSpec, importSpec, readExport, readImport } from './readConvert';
import { dataSpec, readData } from './readData';
import { engineActionSpec, readEngineAction } from './readEngineAction';
import { evaluateSpec, readEvaluate } from './readEvaluate';
import { landscapeSpec, readLandscape } from './readLandscape';
import { UserError } from './userError';
import { optional, readEngine, readInteger, readIntegerOrDefault, readNames } from './values';

const json: OptionSpec = { description: 'print JSON, for programs' };
const engine: OptionSpec = { description: 'engine to compute with', value: 'ENGINE', choices: engineChoices };

/** Parsing and help are both made from this table. */
export const commandTable: readonly Command[] = [
  defineCommand({
    name: 'run',
    summary: 'train as a config file says, and show it live',
    positionals: [{ name: 'CONFIG', description: 'config file (*.rat.json)', count: 'optional' }],
    options: {
      resume: {
        description: 'continue a run: its folder, or its name in .rat/runs; CONFIG is then left out',
        value: 'RUN',
      },
      workspace: { description: 'run folders go to DIR/.rat/runs', value: 'DIR', default: '.' },
      engine: { ...engine, description: "engine to compute with, instead of the config's" },
      seed: { description: "seed of every random draw, instead of the config's", value: 'N' },
      epochs: { description: "epochs to train, instead of the config's", value: 'N' },
      set: {
        description: 'change one field of the config, for example --set taylor.order=1; may be repeated',
        value: 'PATH=VALUE',
        repeatable: true,
      },
      estimate: {
        description: 'measure a few steps and tell how long the run would take here, instead of training',
      },
      json: { description: 'print every event as one JSON line' },
      plain: { description: 'print plain lines, as when the output is not a terminal' },
    },
    notes: [
      'Ctrl-C (SIGINT) or SIGTERM stops after the current step and a checkpoint; a second one ends the process at once.',
    ],
    stopsOrderly: true,
    read: readRun,
    load: async () => (await import('./commands/run')).run,
  }),
  defineCommand({
    ...evaluateSpec,
    name: 'evaluate',
    options: { ...evaluateSpec.options, engine: { ...engine, description: "engine, instead of the run's" } },
    read: readEvaluate,
    load: async () => (await import('./commands/evaluate')).evaluate,
  }),
  defineCommand({
    ...landscapeSpec,
    name: 'landscape',
    options: { ...landscapeSpec.options, engine: { ...engine, description: "engine, instead of the run's" } },
    read: readLandscape,
    load: async () => (await import('./commands/landscape')).landscape,
  }),
  defineCommand({
    name: 'preset',
    summary: 'list the published settings, or make a config of one',
    positionals: [{ name: 'NAME', description: 'a preset; all are listed without it', count: 'optional' }],
    options: { out: { description: 'file to write; by default it is printed', value: 'FILE' } },
    read: raw => ({ ...optional('name', raw.positionals[0]), ...optional('out', raw.text('out')) }),
    load: async () => (await import('./commands/preset')).preset,
  }),
  defineCommand({
    ...dataSpec,
    name: 'data',
    read: readData,
    load: async () => (await import('./commands/data')).data,
  }),
  defineCommand({
    ...importSpec,
    name: 'import',
    read: readImport,
    load: async () => (await import('./commands/convert')).importCheckpoint,
  }),
  defineCommand({
    ...exportSpec,
    name: 'export',
    read: readExport,
    load: async () => (await import('./commands/convert')).exportCheckpoint,
  }),
  defineCommand({
    name: 'check-step',
    summary: 'replay a recorded training step and print the errors as JSON',
    positionals: [{ name: 'FIXTURE', description: 'safetensors file of a recorded step', count: 'many' }],
    options: {
      engine: { ...engine, default: 'auto' },
      json: { description: 'print JSON, as it does anyway without --table' },
      table: { description: 'print a table for people instead of JSON' },
    },
    read: raw => ({
      fixtures: raw.positionals,
      engine: readEngine(raw) ?? 'auto',
      table: raw.flag('table'),
    }),
    load: async () => (await import('./commands/checkStep')).checkStep,
  }),
  defineCommand({
    name: 'devices',
    summary: 'list the engines, which of them work here, and why the others do not',
    positionals: [],
    options: { json },
    read: raw => ({ json: raw.flag('json') }),
    load: async () => (await import('./commands/devices')).devices,
  }),
  defineCommand({
    ...engineActionSpec,
    read: readEngineAction,
    load: async () => (await import('./commands/engine')).engine,
  }),
  defineCommand({
    name: 'bench',
    summary: 'measure the time of an adversarial training step',
    positionals: [],
    options: {
      model: { description: 'model to train', value: 'MODEL', default: 'small-cnn' },
      batch: { description: 'images a step', value: 'N', default: '64' },
      steps: { description: 'training steps to measure', value: 'N', default: '5' },
      'attack-steps': {
        description: 'gradient steps of the attack within a training step; 0 for none',
        value: 'N',
        default: '10',
      },
      engine: { ...engine, default: 'auto' },
      precision: {
        description: 'numbers that convolutions multiply; float16 with --engine webgpu',
        value: 'PRECISION',
        choices: precisions,
        default: 'float32',
      },
      workers: {
        description: 'worker threads that divide the images of a step (simd, wasm and cpu engines)',
        value: 'N',
        default: '1',
      },
      threads: { description: 'threads of the simd engine, of each worker', value: 'N' },
      profile: { description: 'also print the time by kernel (simd and webgpu engines)' },
      json,
    },
    notes: [
      'TFLOP/s (webgpu engine) are the floating-point operations of all convolutions of a step, attack and gradients included, ' +
        'counted as in the direct computation (a multiply-add is two), over the time of the whole step. The peak is measured ' +
        'before: chains of float32 multiply-adds in registers, and a copy of 256 MiB, read and written.',
    ],
    read: readBench,
    load: async () => (await import('./commands/bench')).bench,
  }),
  defineCommand({
    name: 'schema',
    summary: 'print the JSON schema of config files',
    positionals: [],
    options: {},
    read: () => ({}),
    load: async () => (await import('./commands/schema')).schema,
  }),
];

function readRun(raw: RawArguments): RunArguments {
  const [config] = raw.positionals;
  const resume = raw.text('resume');
  if (config === undefined && resume === undefined) {
    throw new UserError(
      'run: CONFIG is missing. Name a config file (*.rat.json), or --resume RUN.',
      exitCodes.badUsage,
    );
  }
  if (raw.flag('json') && raw.flag('plain')) {
    throw new UserError('run: --json and --plain exclude each other. Leave one out.', exitCodes.badUsage);
  }
  if (raw.flag('estimate') && resume !== undefined) {
    throw new UserError('run: --estimate is for a config; leave out --resume.', exitCodes.badUsage);
  }
  const chosenEngine = readEngine(raw);
  const seed = readInteger(raw, 'seed', 0, 2 ** 32 - 1);
  const epochs = readInteger(raw, 'epochs', 1);
  return {
    ...(config !== undefined && { config }),
    ...(resume !== undefined && { resume }),
    workspace: raw.text('workspace') ?? '.',
    ...(chosenEngine && { engine: chosenEngine }),
    ...(seed !== undefined && { seed }),
    ...(epochs !== undefined && { epochs }),
    overrides: raw.all('set').map(parseOverride),
    ...(raw.flag('estimate') && { estimate: true }),
    display: raw.flag('json') ? 'json' : raw.flag('plain') ? 'plain' : 'auto',
  };
}

function readBench(raw: RawArguments): BenchArguments {
  const [precision = 'float32'] = readNames(raw, 'precision', precisions);
  const engine = readEngine(raw) ?? 'auto';
  if (precision === 'float16' && engine !== 'webgpu') {
    throw new UserError('bench: --precision float16 needs --engine webgpu.', exitCodes.badUsage);
  }
  return {
    model: raw.text('model') ?? 'small-cnn',
    batch: readIntegerOrDefault(raw, 'batch', 1),
    steps: readIntegerOrDefault(raw, 'steps', 1),
    attackSteps: readIntegerOrDefault(raw, 'attack-steps', 0),
    engine,
    precision,
    workers: readIntegerOrDefault(raw, 'workers', 1),
    ...optional('threads', readInteger(raw, 'threads', 1)),
    profile: raw.flag('profile'),
    json: raw.flag('json'),
  };
}
