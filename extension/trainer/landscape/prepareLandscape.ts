import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Config } from '../../contract/config';
import type {
  LandscapeLoss,
  LandscapeMeasure,
  LandscapeSetting,
  SharpnessScale,
} from '../../contract/landscape';
import { runFiles } from '../../contract/runFolder';
import { usualStepSize } from '../attacks/stepSize';
import { loadCheckpoint } from '../checkpoint/checkpointStore';
import type { ImageSet } from '../data/dataset';
import type { DecodingProgress } from '../data/images/imageFolder';
import { fixedSubset } from '../data/split';
import {
  type EvaluationWish,
  prepareEvaluation,
  UnfitEvaluationError,
} from '../evaluation/prepareEvaluation';
import { digestOfExamples, type Subject, subjectOf } from '../evaluation/subject';
import type { Model } from '../models/model';
import { derive, rootKey } from '../random/key';
import { findRun } from '../run/folder/findRun';
import { landscapeName } from './store';

/** What is to be measured. Paths are absolute; absent fields are taken from the run. */
export interface LandscapeWish
  extends Pick<
    EvaluationWish,
    | 'run'
    | 'checkpoint'
    | 'model'
    | 'dataset'
    | 'norm'
    | 'epsilon'
    | 'stepSize'
    | 'mean'
    | 'std'
    | 'seed'
    | 'workspace'
  > {
  readonly measures: readonly LandscapeMeasure[];
  readonly losses: readonly LandscapeLoss[];
  readonly split: 'train' | 'test';
  /** By default 512, or all where there are fewer. */
  readonly examples?: number;
  readonly attackSteps: number;
  readonly scales: readonly SharpnessScale[];
  /** Of every scale; each has its own by default. */
  readonly rho?: number;
  readonly directions: number;
  readonly worstCaseRho: number;
  readonly probes: number;
  readonly radius: number;
  /** Odd, so that the middle one is the checkpoint itself. */
  readonly points: number;
  readonly directionsOf?: string;
}

/** A landscape that is settled down to its file, before any engine is opened. */
export interface PreparedLandscape {
  readonly setting: LandscapeSetting;
  readonly subject: Subject;
  /** Whose filters give the directions their lengths, where it is another run's network. */
  readonly directionSubject?: Subject;
  readonly set: ImageSet;
  readonly name: string;
  /** Absolute path of the file that holds it, now or later. */
  readonly file: string;
  /** The run's wishes about engines. */
  readonly compute?: Config['compute'];
}

const usualExamples = 512;

/**
 * Relative lengths move every filter or weight by a twentieth of itself, as the measure during training does; the absolute
 * one is of the size of that for usual weights.
 */
const usualRho: Readonly<Record<SharpnessScale, number>> = { filter: 0.05, adaptive: 0.05, absolute: 0.005 };

/**
 * Finds the weights, the model, the data and the threat.
 * @throws UnfitEvaluationError, RunFolderError, CheckpointError, SafetensorsError, DataError
 */
export async function prepareLandscape(
  wish: LandscapeWish,
  decoding?: DecodingProgress,
): Promise<PreparedLandscape> {
  const isAdversarial = wish.losses.some(loss => loss !== 'clean');
  const { checkpoint, model, dataset, norm, epsilon, mean, std, run, seed, workspace } = wish;
  const prepared = await prepareEvaluation(
    {
      ...{ seed, workspace, attack: 'fgsm', each: false, examples: { from: 0, to: 1 } },
      ...given({ run, checkpoint, model, dataset, mean, std }),
      // Clean losses need no threat: any will do, and it is not written down.
      ...(isAdversarial ? given({ norm, epsilon }) : { norm: 'linf', epsilon: 1 }),
    },
    decoding,
  );
  const { subject, setting: evaluated } = prepared;
  const set = prepared.dataset[wish.split];
  const examples = wish.examples ?? Math.min(usualExamples, set.count);
  if (examples > set.count) {
    throw new UnfitEvaluationError(
      `--examples ${examples}: the ${wish.split} set has ${set.count} examples. Ask for at most as many.`,
    );
  }
  const all = Uint32Array.from({ length: set.count }, (_, i) => i);
  const indices = fixedSubset(all, examples, derive(rootKey(seed), 'landscape', 'examples'));
  const walks = wish.measures.some(measure => measure === 'curve' || measure === 'surface');
  const other =
    walks && wish.directionsOf !== undefined
      ? await otherNetwork(wish.directionsOf, workspace, subject.model)
      : undefined;
  const stepSize = wish.stepSize ?? usualStepSize(evaluated.epsilon, wish.attackSteps);
  const scales = wish.scales.map(scale => ({ scale, rho: wish.rho ?? usualRho[scale] }));
  const setting: LandscapeSetting = {
    checkpoint: evaluated.checkpoint,
    model: evaluated.model,
    ...given({ normalisation: evaluated.normalisation }),
    dataset: { ...evaluated.dataset, sha256: digestOfSubset(set, indices) },
    split: wish.split,
    indices: [...indices],
    batchNorm: 'eval',
    losses: wish.losses,
    ...(isAdversarial
      ? { attack: { norm: evaluated.norm, epsilon: evaluated.epsilon, steps: wish.attackSteps, stepSize } }
      : {}),
    measures: wish.measures,
    ...(wish.measures.includes('sharpness') ? { sharpness: { directions: wish.directions, scales } } : {}),
    ...(wish.measures.includes('worst-case') ? { worstCaseRho: wish.worstCaseRho } : {}),
    ...(wish.measures.includes('trace') ? { probes: wish.probes } : {}),
    ...(walks
      ? {
          grid: {
            radius: wish.radius,
            points: wish.points,
            ...(other ? { directionsOf: { file: other.file, sha256: other.subject.sha256 } } : {}),
          },
        }
      : {}),
    seed,
  };
  const name = landscapeName(setting);
  return {
    setting,
    subject,
    ...(other ? { directionSubject: other.subject } : {}),
    set,
    name,
    file: path.join(path.dirname(prepared.file), `${name}.json`),
    ...given({ compute: prepared.compute }),
  };
}

/** The best checkpoint of another run, whose weights must have the same names and shapes. */
async function otherNetwork(
  run: string,
  workspace: string,
  model: Model,
): Promise<{ readonly file: string; readonly subject: Subject }> {
  const folder = path.join(await findRun(workspace, run), runFiles.checkpoints);
  for (const name of ['best', 'last'] as const) {
    const checkpoint = await loadCheckpoint(folder, name);
    if (!checkpoint) continue;
    const file = path.join(folder, `${name}.safetensors`);
    return { file, subject: subjectOf(checkpoint.weights, model, file) };
  }
  throw new UnfitEvaluationError(
    `--directions-of ${run}: ${folder} has no checkpoint yet. Name a run that has one, or leave the option out.`,
  );
}

function digestOfSubset(set: ImageSet, indices: Uint32Array): string {
  const hash = createHash('sha256');
  for (const index of indices) hash.update(digestOfExamples(set, index, index + 1));
  return hash.digest('hex');
}

/** The fields that are there. */
function given<Fields extends object>(
  fields: Fields,
): { readonly [Name in keyof Fields]?: NonNullable<Fields[Name]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { readonly [Name in keyof Fields]?: NonNullable<Fields[Name]> };
}
