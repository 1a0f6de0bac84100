import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../contract/config';
import { isOfficialName } from '../../contract/datasets';
import type { EvaluationSetting } from '../../contract/evaluation';
import { runFiles } from '../../contract/runFolder';
import { attacksOf } from '../attacks/catalogue';
import { loadCheckpoint } from '../checkpoint/checkpointStore';
import type { NamedArray } from '../checkpoint/namedArray';
import { recogniseModel } from '../checkpoint/recogniseModel';
import { readSafetensors } from '../checkpoint/safetensors';
import type { Dataset } from '../data/dataset';
import type { DecodingProgress } from '../data/images/imageFolder';
import { type DatasetChoice, loadDataset } from '../data/load';
import { assetFolder } from '../engine/assets';
import { buildModel } from '../models/catalogue';
import { modelNamed } from '../models/modelNamed';
import { findRun } from '../run/folder/findRun';
import { readStoredConfig } from '../run/runConfig';
import { type Plan, planStages } from './plan';
import { evaluationName } from './store';
import { digestOfExamples, type Subject, subjectOf } from './subject';

/** What was asked for does not fit together; the message says what mends it. */
export class UnfitEvaluationError extends Error {
  override readonly name = 'UnfitEvaluationError';
}

/** What is to be evaluated. Paths are absolute; absent fields are taken from the run. */
export interface EvaluationWish {
  /** A run's folder, its name, or the beginning of it. */
  readonly run?: string;
  readonly checkpoint?: string;
  readonly model?: string;
  /** An official name such as `cifar-10`, or the absolute path of a folder of images or IDX files. */
  readonly dataset?: string;
  readonly examples?: { readonly from: number; readonly to: number };
  readonly norm?: 'linf' | 'l2';
  readonly epsilon?: number;
  readonly attack: string;
  readonly each: boolean;
  readonly stepSize?: number;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly seed: number;
  readonly workspace: string;
}

/** An evaluation that is settled down to its file, before any engine is opened. */
export interface PreparedEvaluation {
  readonly setting: EvaluationSetting;
  readonly subject: Subject;
  readonly dataset: Dataset;
  readonly plan: Plan;
  readonly name: string;
  /** Absolute path of the file that holds it, now or later. */
  readonly file: string;
  /** The run's wishes about engines. */
  readonly compute?: Config['compute'];
}

/**
 * Finds the weights, the model, the data and the threat.
 * @throws UnfitEvaluationError, UnknownAttackError, RunFolderError, CheckpointError, SafetensorsError, DataError
 */
export async function prepareEvaluation(
  wish: EvaluationWish,
  decoding?: DecodingProgress,
): Promise<PreparedEvaluation> {
  const source = await findSource(wish);
  const stored = source.run === undefined ? undefined : await readStoredConfig(source.run);
  const config = stored?.config;
  const modelConfig =
    wish.model === undefined
      ? (config?.model ?? recogniseModel(source.arrays, source.file)?.config)
      : modelNamed(wish.model);
  if (!modelConfig)
    throw missing('--model', `the model that ${source.file} was trained as, such as small-cnn`);
  const norm = wish.norm ?? config?.threat.norm;
  if (!norm) throw missing('--norm', 'linf or l2');
  const epsilon = wish.epsilon ?? config?.threat.epsilon;
  if (epsilon === undefined) throw missing('--epsilon', 'the radius of the threat, such as 8/255');
  const dataset = await readDataset(wish, stored, decoding);

  const { height, width, channels, count } = dataset.test;
  const model = buildModel(modelConfig, [height, width, channels], dataset.classes);
  const plan = planStages(attacksOf(wish.attack, dataset.classes, wish.stepSize), wish.each);
  const examples = wish.examples ?? { from: 0, to: count };
  if (examples.to > count) {
    throw new UnfitEvaluationError(
      `--examples ${examples.from}..${examples.to}: the test set has ${count} examples, so the second number is at most ${count}.`,
    );
  }
  const subject = subjectOf(source.arrays, model, source.file);
  const normalisation = normalisationOf(wish, subject, channels);
  const setting: EvaluationSetting = {
    checkpoint: {
      file: source.file,
      sha256: subject.sha256,
      ...(source.step === undefined ? {} : { step: source.step }),
      ...(source.epoch === undefined ? {} : { epoch: source.epoch }),
    },
    model: modelConfig.name,
    ...(normalisation ? { normalisation } : {}),
    dataset: {
      name: dataset.name,
      ...datasetPath(wish, stored),
      sha256: digestOfExamples(dataset.test, examples.from, examples.to),
    },
    examples,
    norm,
    epsilon,
    attack: wish.attack.replaceAll(/\s/g, ''),
    each: wish.each,
    ...(wish.stepSize === undefined ? {} : { stepSize: wish.stepSize }),
    seed: wish.seed,
  };
  const name = evaluationName(setting);
  const folder = source.run ?? path.join(wish.workspace, '.rat');
  return {
    setting,
    subject,
    dataset,
    plan,
    name,
    file: path.join(folder, runFiles.evaluations, `${name}.json`),
    ...(config ? { compute: config.compute } : {}),
  };
}

interface Source {
  /** Of the weights. */
  readonly file: string;
  readonly arrays: ReadonlyMap<string, NamedArray>;
  readonly run?: string;
  readonly step?: number;
  readonly epoch?: number;
}

async function findSource({ run, checkpoint, workspace }: EvaluationWish): Promise<Source> {
  if (checkpoint !== undefined) return fromFile(checkpoint);
  const folder = await findRun(workspace, run ?? '');
  const found = (await fromRun(folder, 'best')) ?? (await fromRun(folder, 'last'));
  if (found) return found;
  throw new UnfitEvaluationError(
    `${folder} has no checkpoint yet, so there is nothing to evaluate. Train it further first.`,
  );
}

/** A checkpoint of ours is read as a whole, so that one that a trainer is just replacing is still one. */
async function fromFile(file: string): Promise<Source> {
  const parent = path.dirname(file);
  const run = path.dirname(parent);
  const isRun = path.basename(parent) === runFiles.checkpoints && existsSync(path.join(run, runFiles.record));
  const name = path.basename(file, '.safetensors');
  if (isRun && (name === 'best' || name === 'last')) {
    const found = await fromRun(run, name);
    if (found) return found;
  }
  const { arrays } = await readSafetensors(file);
  return { file, arrays, ...(isRun ? { run } : {}) };
}

async function fromRun(run: string, name: 'best' | 'last'): Promise<Source | undefined> {
  const folder = path.join(run, runFiles.checkpoints);
  const checkpoint = await loadCheckpoint(folder, name);
  if (!checkpoint) return undefined;
  const { step, epoch } = checkpoint.state;
  return { file: path.join(folder, `${name}.safetensors`), arrays: checkpoint.weights, run, step, epoch };
}

type Stored = Awaited<ReturnType<typeof readStoredConfig>>;

function readDataset(
  wish: EvaluationWish,
  stored: Stored | undefined,
  decoding: DecodingProgress | undefined,
): Promise<Dataset> {
  const embeddedMnist = path.join(assetFolder(), 'data', 'mnist');
  const folders = { embeddedMnist, config: stored?.configFolder ?? wish.workspace };
  const choice =
    wish.dataset === undefined ? stored?.config.dataset : datasetNamed(wish.dataset, stored?.config);
  if (choice) return loadDataset(choice, folders, decoding);
  throw missing('--dataset', 'mnist, cifar-10, ..., or a folder');
}

/** A folder of images is brought to the run's size and colour. */
function datasetNamed(dataset: string, config: Config | undefined): DatasetChoice {
  if (isOfficialName(dataset)) return { name: dataset };
  const isImages = existsSync(path.join(dataset, 'train')) && existsSync(path.join(dataset, 'test'));
  if (!isImages) return { name: 'idx', path: dataset };
  return config?.dataset.name === 'images'
    ? { ...config.dataset, path: dataset }
    : { name: 'images', path: dataset };
}

function datasetPath({ dataset }: EvaluationWish, stored: Stored | undefined): { readonly path?: string } {
  if (dataset !== undefined) return isOfficialName(dataset) ? {} : { path: dataset };
  const written = stored?.config.dataset.path ?? null;
  return written === null ? {} : { path: path.resolve(stored?.configFolder ?? '', written) };
}

/** The one that was asked for, or the one that lies with the weights. */
function normalisationOf(
  { mean, std }: EvaluationWish,
  { weights }: Subject,
  channels: number,
): EvaluationSetting['normalisation'] {
  if (!mean || !std) return weights.normalisation;
  for (const [option, values] of Object.entries({ '--mean': mean, '--std': std })) {
    if (values.length !== channels) {
      throw new UnfitEvaluationError(
        `${option} ${values.join(',')}: ${values.length} values, but images have ${channels} channels. Give one a channel.`,
      );
    }
  }
  return { mean, std };
}

function missing(option: string, what: string): UnfitEvaluationError {
  return new UnfitEvaluationError(`${option} is missing: ${what}. Only a run knows it by itself.`);
}
