import { type Tensor4D, tensor4d, zeros } from '@tensorflow/tfjs-core';
import type { LandscapeEvent, LandscapeResult, LandscapeSetting } from '../../contract/landscape';
import type { MeasurementCommand } from '../../contract/measurement';
import { batchesOf, gatherBatch } from '../data/batches';
import type { ImageSet } from '../data/dataset';
import { explainExhaustion } from '../engine/batchTooLarge';
import type { Engine } from '../engine/engine';
import { makeHeed } from '../evaluation/job';
import { KeptResult } from '../evaluation/keptResult';
import type { Judged } from '../evaluation/robustAccuracy';
import { StoredEvaluationError } from '../evaluation/store';
import { disposeTensors, type TensorMap } from '../models/tensorMap';
import { derive, type Key, rootKey } from '../random/key';
import { axisPoints } from './curve';
import { randomDirection } from './directions';
import { LandscapeMeter } from './meter';
import {
  type Adversary,
  adversarialBatches,
  lossUnits,
  modelLoss,
  type NumberedBatch,
  type Spend,
} from './modelLoss';
import type { Plane } from './surface';
import { type GrowingFigures, type NamedLoss, planTasks } from './tasks';

export interface LandscapeSession {
  /** The file that is kept up to date: see `store.ts`. */
  readonly file: string;
  readonly name: string;
  readonly setting: LandscapeSetting;
  readonly engine: Pick<Engine, 'name' | 'device' | 'memory'>;
  readonly network: Judged;
  /** The weights to whose filters directions are normalised, where they are not the network's own. */
  readonly directionWeights?: TensorMap;
  readonly set: ImageSet;
  readonly batchSize: number;
  /** An earlier session's file, where this one goes on from it. */
  readonly earlier?: LandscapeResult;
  /** What goes on with it, for readers of the file. */
  readonly command: MeasurementCommand;
  readonly signal: AbortSignal;
  tell(event: LandscapeEvent): void;
}

/**
 * Measures a landscape, or goes on with it, and keeps its file up to date after every figure, point and row.
 * @returns what the file holds in the end
 * @throws StopRequested, StoredEvaluationError, FileWriteError, BatchTooLarge
 */
export async function landscapeSession(session: LandscapeSession): Promise<LandscapeResult> {
  const kept = new KeptResult(session.file);
  const tell = (event: LandscapeEvent) => {
    if (event.type === 'landscape-progress') {
      const { task: stage, fraction, seconds, secondsLeft } = event;
      kept.stand({ stage, fraction, seconds, ...(secondsLeft === undefined ? {} : { secondsLeft }) });
    }
    session.tell(event);
  };
  const work = {
    batchSize: session.earlier?.progress?.batchSize ?? session.batchSize,
    remedy: 'Start over with --again, and give it with --batch.',
    attempt: (batchSize: number) => tryGradient(session.network, session.set, batchSize),
  };
  return kept.during(() =>
    explainExhaustion(session.engine, work, () => measure({ ...session, tell }, kept)),
  );
}

/** What all landscapes need most memory for: the gradient of the weights. */
async function tryGradient(
  network: Judged,
  { height, width, channels }: ImageSet,
  batchSize: number,
): Promise<void> {
  const images: Tensor4D = zeros([batchSize, height, width, channels]);
  const batch = { images, labels: new Int32Array(batchSize), indices: new Uint32Array(batchSize) };
  const gradient = await modelLoss(network, [batch], async () => {}).gradientAt(network.parameters);
  disposeTensors(gradient);
  images.dispose();
}

async function measure(session: LandscapeSession, kept: KeptResult): Promise<LandscapeResult> {
  const { setting, network, file, earlier, engine } = session;
  const figures = figuresOf(earlier);
  const batchSize = earlier?.progress?.batchSize ?? session.batchSize;
  const key = derive(rootKey(setting.seed), 'landscape');
  const axis = setting.grid ? axisPoints(setting.grid.radius, setting.grid.points) : [];
  const startedAt = earlier?.startedAt ?? new Date().toISOString();
  const heed = makeHeed(session.signal);
  let done = earlier?.progress?.tasks ?? 0;
  let meter: LandscapeMeter | undefined;
  const spend: Spend = async units => {
    await heed();
    meter?.spend(units);
  };
  const result = (status: LandscapeResult['status']): LandscapeResult => ({
    kind: 'landscape',
    version: 1,
    status,
    name: session.name,
    setting,
    axis,
    engine: engine.name,
    device: engine.device,
    startedAt,
    updatedAt: new Date().toISOString(),
    seconds: meter?.seconds ?? earlier?.seconds ?? 0,
    command: session.command,
    ...figures,
    ...(status === 'running' ? { progress: { tasks: done, batchSize } } : {}),
  });
  session.tell({
    type: 'landscape-started',
    file,
    engine: engine.name,
    device: engine.device,
    examples: setting.indices.length,
    measures: setting.measures,
    resumed: earlier !== undefined,
  });

  const batches = uploadBatches(session.set, Uint32Array.from(setting.indices), batchSize);
  const adversary = adversaryOf(setting, key);
  const fixed: NumberedBatch[] = [];
  const begin = performance.now();
  const plane = planeOf(session, key);
  try {
    if (adversary && setting.losses.includes('fixed')) {
      const seconds = earlier?.seconds ?? 0;
      session.tell({ type: 'landscape-progress', task: 'adversarial examples', fraction: 0, seconds });
      await kept.save(result('running'));
      fixed.push(...(await adversarialBatches(network, batches, adversary, spend)));
    }
    const losses = namedLosses(session, { natural: batches, fixed }, adversary, spend);
    const tasks = planTasks({ setting, network, losses, axis, key, figures, ...(plane ? { plane } : {}) });
    refuseDamaged(earlier, tasks.length, file);
    const secondsBefore = (earlier?.seconds ?? 0) + (performance.now() - begin) / 1000;
    const unitsFrom = (first: number) => tasks.slice(first).reduce((sum, { units }) => sum + units, 0);
    meter = new LandscapeMeter(session.tell, unitsFrom(0), unitsFrom(done), secondsBefore);
    await kept.save(result('running'));
    for (const task of tasks.slice(done)) {
      meter.begin(task.name, task.units);
      await task.run();
      done += 1;
      await kept.save(result('running'));
      session.tell({ type: 'landscape-task', task: task.name, seconds: meter.seconds });
    }
    const finished = result('finished');
    await kept.save(finished);
    session.tell({ type: 'landscape-finished', file, seconds: finished.seconds });
    return finished;
  } finally {
    for (const { images } of [...batches, ...fixed]) images.dispose();
    for (const direction of plane ? [plane.x, plane.y] : []) disposeTensors(direction);
  }
}

function namedLosses(
  { setting, network }: LandscapeSession,
  batches: { readonly natural: readonly NumberedBatch[]; readonly fixed: readonly NumberedBatch[] },
  adversary: Adversary | undefined,
  spend: Spend,
): NamedLoss[] {
  const examples = setting.indices.length;
  return setting.losses.map(name => {
    const regenerating = name === 'regenerated' ? adversary : undefined;
    const images = name === 'fixed' ? batches.fixed : batches.natural;
    const { value, gradient } = lossUnits(regenerating);
    return {
      name,
      loss: modelLoss(network, images, spend, regenerating),
      units: { value: value * examples, gradient: gradient * examples },
    };
  });
}

function adversaryOf({ attack }: LandscapeSetting, key: Key): Adversary | undefined {
  if (!attack) return undefined;
  const { norm, epsilon, steps, stepSize } = attack;
  return { threat: { norm, epsilon }, pgd: { steps, stepSize }, key: derive(key, 'attack') };
}

/** The first direction is the curve's as well. */
function planeOf({ setting, network, directionWeights }: LandscapeSession, key: Key): Plane | undefined {
  if (!setting.grid) return undefined;
  const along = (axis: 'x' | 'y') =>
    randomDirection(
      network.model,
      directionWeights ?? network.parameters,
      'filter',
      1,
      derive(key, 'axis', axis),
    );
  return { x: along('x'), y: along('y') };
}

function uploadBatches(set: ImageSet, indices: Uint32Array, batchSize: number): NumberedBatch[] {
  return batchesOf(indices, batchSize).map(numbers => {
    const { images, labels } = gatherBatch(set, numbers);
    const shape: [number, number, number, number] = [numbers.length, set.height, set.width, set.channels];
    return { images: tensor4d(images, shape), labels, indices: numbers };
  });
}

function figuresOf(earlier: LandscapeResult | undefined): GrowingFigures {
  const { sharpness, worstCase, eigenvalue, trace, curve, surface } = earlier ?? {};
  return {
    sharpness: [...(sharpness ?? [])],
    worstCase: [...(worstCase ?? [])],
    eigenvalue: [...(eigenvalue ?? [])],
    trace: [...(trace ?? [])],
    curve: (curve ?? []).map(({ loss, values }) => ({ loss, values: [...values] })),
    surface: (surface ?? []).map(({ loss, rows }) => ({ loss, rows: rows.map(row => [...row]) })),
  };
}

function refuseDamaged(earlier: LandscapeResult | undefined, tasks: number, file: string): void {
  if (!earlier) return;
  const done = earlier.progress?.tasks;
  if (done !== undefined && Number.isInteger(done) && done >= 0 && done <= tasks) return;
  throw new StoredEvaluationError(
    `${file} is damaged: its "progress" does not fit its setting. Start over with --again.`,
  );
}
