import type { RunEvent } from '../../contract/events';
import type { Figures } from '../../contract/runFolder';
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from '../checkpoint/checkpointStore';
import { type Batch, epochOrder, gatherBatch } from '../data/batches';
import { explainExhaustion } from '../engine/batchTooLarge';
import type { Engine } from '../engine/engine';
import type { Judged } from '../evaluation/robustAccuracy';
import { cloneTensors, countValues, disposeTensors } from '../models/tensorMap';
import { learningRateAt } from '../optim/schedule';
import { averageWeights } from '../optim/sgd';
import { derive } from '../random/key';
import { disposeState } from '../step/trainingStep';
import { trySteps } from '../step/trySteps';
import type { RunRequests } from './control/runRequests';
import { refuseDivergence } from './diverged';
import { evaluateTest, evaluateValidation, examplesPicture, secondsSince, sharpnessOf } from './epochEnd';
import type { RunFolder } from './folder/runFolder';
import {
  afterEpoch,
  afterStep,
  epochMeans,
  isBetter,
  type Progress,
  readProgress,
  startOfRun,
} from './progress';
import {
  optimizerArrays,
  type RunTensors,
  restoreParameters,
  restoreStatistics,
  restoreTensors,
  weightArrays,
} from './snapshot';
import type { Steps } from './steps';
import { freshState, type Workload } from './workload';

type NewEvent = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'step' | 'epoch' | 'time'>
    : never
  : never;

/** Where a run writes, who listens, and what is asked of it. */
export interface RunSurroundings {
  readonly folder: RunFolder;
  readonly engine: Engine;
  readonly steps: Steps;
  readonly listen: (event: RunEvent) => void;
  readonly requests: RunRequests;
}

/** `run.json` follows the run at this distance at most, in milliseconds; between epochs only. */
const recordInterval = 2000;

/**
 * A training run: steps, the work at each epoch's end, checkpoints. Its state is `tensors` and `progress`; both go into
 * every checkpoint, and nothing else decides what happens next, so that a resumed run repeats an uninterrupted one.
 */
export class TrainingRun {
  readonly #workload: Workload;
  readonly #surroundings: RunSurroundings;
  #tensors: RunTensors;
  #progress: Progress;
  #gathered: { readonly step: number; readonly batch: Batch } | undefined;
  #order: { readonly epoch: number; readonly indices: Uint32Array } | undefined;
  #imagesPerSecond: number | undefined;
  #checkpointStep: number | undefined;
  #checkpointTime = performance.now();
  #recordTime = performance.now();

  private constructor(
    workload: Workload,
    surroundings: RunSurroundings,
    tensors: RunTensors,
    progress: Progress,
  ) {
    this.#workload = workload;
    this.#surroundings = surroundings;
    this.#tensors = tensors;
    this.#progress = progress;
  }

  /** A run from freshly drawn weights. `again`: it was killed before its first checkpoint, and begins as it did before. */
  static async begin(
    workload: Workload,
    surroundings: RunSurroundings,
    { again = false } = {},
  ): Promise<TrainingRun> {
    const state = freshState(workload);
    const { parameters } = state;
    const averaged = workload.config.ema.decay > 0;
    const tensors = { ...state, ...(averaged ? { average: cloneTensors(parameters) } : {}) };
    const run = new TrainingRun(workload, surroundings, tensors, startOfRun);
    const { folder } = surroundings;
    const { stepsPerEpoch, totalSteps } = workload;
    const facts = hardwareOf(surroundings);
    if (again) run.#emit({ type: 'resumed', ...facts });
    else
      run.#emit({
        type: 'started',
        ...facts,
        parameters: countValues(parameters),
        stepsPerEpoch,
        totalSteps,
      });
    await folder.updateRecord({ ...facts, totalSteps });
    return run;
  }

  /** A run that goes on from its checkpoint `last`. Throws CheckpointError when that does not fit the config. */
  static async resume(
    workload: Workload,
    surroundings: RunSurroundings,
    checkpoint: Checkpoint,
  ): Promise<TrainingRun> {
    const { config, model } = workload;
    const { weights, optimizer = new Map() } = checkpoint;
    const tensors = restoreTensors(model, weights, optimizer, config.ema.decay > 0);
    const progress = readProgress(checkpoint.state);
    const run = new TrainingRun(workload, surroundings, tensors, progress);
    const { folder } = surroundings;
    const facts = hardwareOf(surroundings);
    run.#checkpointStep = progress.step;
    run.#emit({ type: 'resumed', ...facts });
    await folder.updateRecord(facts);
    return run;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /**
   * Trains to the end and measures the best weights on the test set. Throws `StopRequested` when a stop was asked for,
   * `DivergedError`, `BatchTooLarge`, and errors of the run folder; `save` is then the caller's to call where it makes sense.
   */
  async train(): Promise<void> {
    const { config, stepsPerEpoch, totalSteps } = this.#workload;
    for (;;) {
      await this.#heedRequests();
      const { step, closedEpochs, stoppedEarly } = this.#progress;
      if (closedEpochs < Math.floor(step / stepsPerEpoch)) await this.#onBatches(() => this.#closeEpoch());
      else if (step >= totalSteps || stoppedEarly) break;
      else await this.#onBatches(() => this.#trainStep());
    }
    if (this.#progress.stoppedEarly) {
      const text = `Stopped early: ${config.earlyStopping.patience} evaluations without a better robust accuracy.`;
      this.#emit({ type: 'message', level: 'info', text });
    }
    await this.#onBatches(() => this.#measureTest());
  }

  /** Work on batches of the config's size. */
  #onBatches(compute: () => Promise<void>): Promise<void> {
    const { config, recipe } = this.#workload;
    const work = {
      batchSize: config.batchSize,
      remedy: 'Set batchSize in the config and start a new run.',
      attempt: (batchSize: number) => trySteps(recipe, this.#tensors, config.optimizer, batchSize),
    };
    return explainExhaustion(this.#surroundings.engine, work, compute);
  }

  /** Saves the checkpoint `last`. */
  async save(): Promise<void> {
    const { step, statisticsUpdates } = this.#progress;
    const { model } = this.#workload;
    const { parameters, statistics } = this.#tensors;
    await saveCheckpoint(this.#surroundings.folder.checkpoints, 'last', {
      state: { version: 1, step, epoch: this.#epochAt(step), training: this.#progress },
      weights: await weightArrays(model, parameters, statistics, statisticsUpdates),
      optimizer: await optimizerArrays(this.#tensors),
    });
    this.#checkpointStep = step;
    this.#checkpointTime = performance.now();
    this.#emit({ type: 'checkpoint', name: 'last' });
    await this.#updateRecord();
  }

  /** Tells the listeners and `metrics.jsonl`. */
  tell(level: 'info' | 'warning' | 'error', text: string): void {
    this.#emit({ type: 'message', level, text });
  }

  /** The last event of this session. */
  end(status: 'finished' | 'stopped' | 'failed', reason?: string): void {
    const { seconds } = this.#progress;
    this.#emit({ type: 'ended', status, seconds, ...(reason === undefined ? {} : { reason }) });
  }

  dispose(): void {
    disposeState(this.#tensors);
    if (this.#tensors.average) disposeTensors(this.#tensors.average);
  }

  #heedRequests(): Promise<void> {
    return this.#surroundings.requests.heed(() => this.save());
  }

  /** A pause during a measurement is not time it took. */
  async #timed<Measured extends { readonly seconds: number }>(
    measure: () => Promise<Measured>,
  ): Promise<Measured> {
    const { requests } = this.#surroundings;
    const before = requests.pausedSeconds;
    const measured = await measure();
    return { ...measured, seconds: measured.seconds - (requests.pausedSeconds - before) };
  }

  async #trainStep(): Promise<void> {
    const start = performance.now();
    const { config, recipe, stepsPerEpoch } = this.#workload;
    const { step } = this.#progress;
    const epoch = Math.floor(step / stepsPerEpoch);
    const place = step % stepsPerEpoch;
    const batch = this.#gathered?.step === step ? this.#gathered.batch : this.#gather(step);
    const learningRate = learningRateAt(
      config.schedule,
      config.optimizer.learningRate,
      step / stepsPerEpoch,
      config.epochs,
    );
    const taking = this.#surroundings.steps.take(this.#tensors, {
      step,
      batch,
      sgd: { ...config.optimizer, learningRate },
      awpGamma: epoch < config.awp.warmupEpochs ? 0 : recipe.awpGamma,
    });
    // A GPU computes, and workers do, while the next batch is gathered.
    this.#gathered = { step: step + 1, batch: this.#gather(step + 1) };
    const taken = await taking;

    const logged = (step + 1) % config.compute.logEverySteps === 0 || place === stepsPerEpoch - 1;
    const figures = logged ? await taken.figures() : undefined;
    if (figures) {
      await refuseDivergence(figures.loss, taken, this.#tensors.parameters, step, this.#checkpointStep);
    }
    this.#replaceState(taken.state, epoch);
    taken.dispose();

    const seconds = secondsSince(start);
    this.#progress = afterStep(this.#progress, seconds, taken.statisticsUpdates, figures);
    this.#imagesPerSecond = smoothed(this.#imagesPerSecond, batch.labels.length / seconds);
    if (figures) {
      const { loss, accuracy } = figures;
      this.#emit({
        type: 'step',
        loss,
        learningRate,
        ...(accuracy.clean === undefined ? {} : { cleanAccuracy: accuracy.clean }),
        ...(accuracy.robust === undefined ? {} : { robustAccuracy: accuracy.robust }),
        imagesPerSecond: this.#imagesPerSecond,
      });
    }
    await this.#surroundings.engine.pace?.();
    await this.#saveIfDue();
  }

  /** The images of a step, augmented: a function of the seed and the step alone. */
  #gather(step: number): Batch {
    const { config, dataset, key, stepsPerEpoch } = this.#workload;
    const epoch = Math.floor(step / stepsPerEpoch);
    const place = step % stepsPerEpoch;
    const indices = this.#orderOf(epoch).subarray(place * config.batchSize, (place + 1) * config.batchSize);
    return gatherBatch(dataset.train, indices, config.augmentation, derive(key, 'augmentation', epoch));
  }

  #orderOf(epoch: number): Uint32Array {
    const { train, key } = this.#workload;
    if (this.#order?.epoch !== epoch) this.#order = { epoch, indices: epochOrder(train, key, epoch) };
    return this.#order.indices;
  }

  #replaceState(next: Omit<RunTensors, 'average'>, epoch: number): void {
    const { decay, warmupEpochs } = this.#workload.config.ema;
    const { average } = this.#tensors;
    disposeState(this.#tensors);
    if (!average) {
      this.#tensors = next;
      return;
    }
    const updated =
      epoch < warmupEpochs ? cloneTensors(next.parameters) : averageWeights(average, next.parameters, decay);
    disposeTensors(average);
    this.#tensors = { ...next, average: updated };
  }

  async #saveIfDue(): Promise<void> {
    const { step } = this.#progress;
    const { everySteps, everyMinutes } = this.#workload.config.checkpoint;
    // The end of an epoch saves once its evaluation is done.
    if (step % this.#workload.stepsPerEpoch === 0) return;
    const old = performance.now() - this.#checkpointTime;
    const due =
      (everySteps > 0 && step % everySteps === 0) || (everyMinutes > 0 && old >= everyMinutes * 60_000);
    if (due) await this.save();
    else if (performance.now() - this.#recordTime >= recordInterval) await this.#updateRecord();
  }

  /** The weights that are judged and kept as the best: the moving average where there is one. */
  #judged(): Judged {
    const { parameters, average, statistics } = this.#tensors;
    return { model: this.#workload.model, parameters: average ?? parameters, statistics };
  }

  /** Everything is measured before anything is told, so that an epoch's end interrupted by a stop leaves no half of it. */
  async #closeEpoch(): Promise<void> {
    const start = performance.now();
    const { pausedSeconds } = this.#surroundings.requests;
    const heed = () => this.#heedRequests();
    const workload = this.#workload;
    const { config } = workload;
    const judged = this.#judged();
    const epoch = this.#progress.closedEpochs + 1;
    const isDue = (every: number) => every > 0 && (epoch % every === 0 || epoch === config.epochs);

    const means = epochMeans(this.#progress);
    const evaluation = isDue(config.evaluation.everyEpochs)
      ? await this.#timed(() => evaluateValidation(workload, judged, heed))
      : undefined;
    const sharpness = isDue(config.sharpness.everyEpochs)
      ? await this.#timed(() => sharpnessOf(workload, judged, heed))
      : undefined;
    const picture = isDue(config.examples.everyEpochs) ? await examplesPicture(workload, judged) : undefined;

    this.#emit({ type: 'epoch', ...means, seconds: this.#progress.sums.seconds });
    if (evaluation) this.#emit(evaluation);
    if (sharpness) this.#emit(sharpness);
    if (picture) {
      const name = `epoch-${String(epoch).padStart(4, '0')}.png`;
      this.#emit({ ...picture.event, file: await this.#surroundings.folder.writeExample(name, picture.png) });
    }
    const figures = evaluation && this.#figures(evaluation);
    if (figures && isBetter(figures, this.#progress.best)) await this.#saveBest(judged, figures);
    const pause = this.#surroundings.requests.pausedSeconds - pausedSeconds;
    this.#progress = afterEpoch(this.#progress, secondsSince(start) - pause, figures);
    this.#stopEarlyIfDue();
    await this.save();
  }

  #stopEarlyIfDue(): void {
    const { patience } = this.#workload.config.earlyStopping;
    if (patience === 0 || this.#progress.evaluationsSinceBest < patience) return;
    this.#progress = { ...this.#progress, stoppedEarly: true };
  }

  #figures(accuracies: { readonly cleanAccuracy: number; readonly robustAccuracy: number }): Figures {
    const { step } = this.#progress;
    const { cleanAccuracy, robustAccuracy } = accuracies;
    return { step, epoch: this.#epochAt(step), cleanAccuracy, robustAccuracy };
  }

  async #saveBest({ model, parameters, statistics }: Judged, figures: Figures): Promise<void> {
    const { step, epoch, robustAccuracy } = figures;
    await saveCheckpoint(this.#surroundings.folder.checkpoints, 'best', {
      state: { version: 1, step, epoch, training: figures },
      weights: await weightArrays(model, parameters, statistics, this.#progress.statisticsUpdates),
    });
    this.#emit({ type: 'checkpoint', name: 'best', robustAccuracy });
  }

  /** The best weights, as they are on disk, on images that no choice was made by. */
  async #measureTest(): Promise<void> {
    const { model } = this.#workload;
    const { folder } = this.#surroundings;
    const best = await loadCheckpoint(folder.checkpoints, 'best');
    if (!best) return;
    const judged: Judged = {
      model,
      parameters: restoreParameters(model, best.weights),
      statistics: restoreStatistics(model, best.weights),
    };
    const evaluation = await this.#timed(() =>
      evaluateTest(this.#workload, judged, () => this.#heedRequests()),
    );
    disposeTensors(judged.parameters);
    disposeTensors(judged.statistics);
    const { step, epoch } = best.state;
    const { cleanAccuracy, robustAccuracy, attack, examples } = evaluation;
    await folder.writeEvaluation('final', { checkpoint: 'best', step, epoch, ...evaluation });
    this.#emit(evaluation);
    await folder.updateRecord({ test: { step, epoch, cleanAccuracy, robustAccuracy, attack, examples } });
  }

  async #updateRecord(): Promise<void> {
    const { step, seconds, last, best } = this.#progress;
    this.#recordTime = performance.now();
    await this.#surroundings.folder.updateRecord({
      step,
      epoch: this.#epochAt(step),
      seconds,
      ...(last ? { last } : {}),
      ...(best ? { best } : {}),
    });
  }

  #epochAt(step: number): number {
    return step / this.#workload.stepsPerEpoch;
  }

  #emit(event: NewEvent): void {
    const { step } = this.#progress;
    const told = { ...event, step, epoch: this.#epochAt(step), time: new Date().toISOString() } as RunEvent;
    this.#surroundings.listen(told);
    this.#surroundings.folder.appendEvent(told);
  }
}

function hardwareOf({ engine, steps }: RunSurroundings) {
  return { engine: engine.name, device: steps.device ?? engine.device };
}

function smoothed(past: number | undefined, now: number): number {
  return past === undefined ? now : 0.8 * past + 0.2 * now;
}
