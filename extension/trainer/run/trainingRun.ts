import type { ResumedEvent, RunEvent, StartedEvent } from '../../contract/events';
import type { Figures } from '../../contract/runFolder';
import { explainExhaustion } from '../engine/batchTooLarge';
import type { Engine } from '../engine/engine';
import { disposeTensors } from '../models/tensorMap';
import { learningRateAt } from '../optim/schedule';
import { trySteps } from '../step/trySteps';
import type { RunRequests } from './control/runRequests';
import { refuseDivergence } from './diverged';
import { measureEpochEnd, tellEpochEnd } from './epochEnd';
import type { RunFolder } from './folder/runFolder';
import { evaluateTest } from './measurements';
import { afterEpoch, afterStep, isBetter, type Progress } from './progress';
import { RunCheckpoints } from './runCheckpoints';
import { type NewEvent, RunReport } from './runReport';
import { disposeRunTensors, type RunTensors, replaceState, weightsToJudge } from './runTensors';
import type { StepRequest, Steps } from './steps';
import { TrainingBatches } from './trainingBatches';
import type { Workload } from './workload';
import { type Interruptions, secondsSince, workClock } from './workTime';

/** Where a run writes, who listens, and what is asked of it. */
export interface RunSurroundings {
  readonly folder: RunFolder;
  readonly engine: Engine;
  readonly steps: Steps;
  readonly listen: (event: RunEvent) => void;
  readonly requests: RunRequests;
}

/**
 * A training run: steps, the work at each epoch's end, checkpoints. Its state is `tensors` and `progress`; both go into
 * every checkpoint, and nothing else decides what happens next, so that a resumed run repeats an uninterrupted one.
 */
export class TrainingRun {
  readonly #workload: Workload;
  readonly #surroundings: RunSurroundings;
  readonly #report: RunReport;
  readonly #batches: TrainingBatches;
  readonly #checkpoints: RunCheckpoints;
  readonly #interruptions: Interruptions;
  #tensors: RunTensors;
  #progress: Progress;
  #imagesPerSecond: number | undefined;

  /** Owns `tensors` from now on. `lastCheckpoint`: the step of the checkpoint from which it goes on. */
  constructor(
    workload: Workload,
    surroundings: RunSurroundings,
    tensors: RunTensors,
    progress: Progress,
    lastCheckpoint?: number,
  ) {
    const { folder, listen, requests } = surroundings;
    this.#workload = workload;
    this.#surroundings = surroundings;
    this.#report = new RunReport(folder, listen, workload.stepsPerEpoch);
    this.#batches = new TrainingBatches(workload);
    this.#checkpoints = new RunCheckpoints(workload, folder.checkpoints, this.#report, lastCheckpoint);
    this.#interruptions = {
      heed: () => requests.heed(() => this.save()),
      get pausedSeconds() {
        return requests.pausedSeconds;
      },
    };
    this.#tensors = tensors;
    this.#progress = progress;
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
      await this.#interruptions.heed();
      const { step, closedEpochs, stoppedEarly } = this.#progress;
      if (closedEpochs < Math.floor(step / stepsPerEpoch)) await this.#onBatches(() => this.#closeEpoch());
      else if (step >= totalSteps || stoppedEarly) break;
      else await this.#onBatches(() => this.#trainStep());
    }
    if (this.#progress.stoppedEarly) {
      const { patience } = config.earlyStopping;
      this.tell('info', `Stopped early: ${patience} evaluations without a better robust accuracy.`);
    }
    await this.#onBatches(() => this.#measureTest());
  }

  /** Saves the checkpoint `last`. */
  save(): Promise<void> {
    return this.#checkpoints.saveLast(this.#tensors, this.#progress);
  }

  /** Tells the listeners and `metrics.jsonl`. */
  tell(level: 'info' | 'warning' | 'error', text: string): void {
    this.#emit({ type: 'message', level, text });
  }

  /** The first event of this session. */
  start(event: NewEvent<StartedEvent | ResumedEvent>): void {
    this.#emit(event);
  }

  /** The last event of this session. */
  end(status: 'finished' | 'stopped' | 'failed', reason?: string): void {
    const { seconds } = this.#progress;
    this.#emit({ type: 'ended', status, seconds, ...(reason === undefined ? {} : { reason }) });
  }

  dispose(): void {
    disposeRunTensors(this.#tensors);
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

  async #trainStep(): Promise<void> {
    const start = performance.now();
    const { config, stepsPerEpoch } = this.#workload;
    const { engine, steps } = this.#surroundings;
    const request = this.#nextStep();
    const { step, batch, sgd } = request;
    const taking = steps.take(this.#tensors, request);
    this.#batches.gatherAhead(step + 1);
    const taken = await taking;

    const finished = step + 1;
    const logged = finished % config.compute.logEverySteps === 0 || finished % stepsPerEpoch === 0;
    const figures = logged ? await taken.figures() : undefined;
    if (figures) {
      const { lastStep } = this.#checkpoints;
      await refuseDivergence(figures.loss, taken, this.#tensors.parameters, step, lastStep);
    }
    this.#tensors = replaceState(this.#tensors, taken.state, config.ema, Math.floor(step / stepsPerEpoch));
    taken.dispose();

    const seconds = secondsSince(start);
    this.#progress = afterStep(this.#progress, seconds, taken.statisticsUpdates, figures);
    this.#imagesPerSecond = smoothed(this.#imagesPerSecond, batch.labels.length / seconds);
    if (figures) {
      const { loss, accuracy } = figures;
      this.#emit({
        type: 'step',
        loss,
        learningRate: sgd.learningRate,
        ...(accuracy.clean === undefined ? {} : { cleanAccuracy: accuracy.clean }),
        ...(accuracy.robust === undefined ? {} : { robustAccuracy: accuracy.robust }),
        imagesPerSecond: this.#imagesPerSecond,
      });
    }
    await engine.pace?.();
    await this.#checkpoints.saveLastIfDue(this.#tensors, this.#progress);
  }

  #nextStep(): StepRequest {
    const { config, recipe, stepsPerEpoch } = this.#workload;
    const { schedule, optimizer, epochs, awp } = config;
    const { step } = this.#progress;
    const learningRate = learningRateAt(schedule, optimizer.learningRate, step / stepsPerEpoch, epochs);
    return {
      step,
      batch: this.#batches.of(step),
      sgd: { ...optimizer, learningRate },
      awpGamma: Math.floor(step / stepsPerEpoch) < awp.warmupEpochs ? 0 : recipe.awpGamma,
    };
  }

  async #closeEpoch(): Promise<void> {
    const seconds = workClock(this.#interruptions);
    const { config, model } = this.#workload;
    const judged = weightsToJudge(model, this.#tensors);
    const epoch = this.#progress.closedEpochs + 1;
    const measured = await measureEpochEnd(this.#workload, judged, epoch, this.#interruptions);
    await tellEpochEnd(measured, this.#progress, this.#report, this.#surroundings.folder);
    const figures = measured.evaluation && this.#figures(measured.evaluation);
    if (figures && isBetter(figures, this.#progress.best)) {
      await this.#checkpoints.saveBest(judged, figures, this.#progress.statisticsUpdates);
    }
    this.#progress = afterEpoch(this.#progress, seconds(), figures, config.earlyStopping.patience);
    await this.save();
  }

  #figures({ cleanAccuracy, robustAccuracy }: Omit<Figures, 'step' | 'epoch'>): Figures {
    const { step } = this.#progress;
    return { step, epoch: this.#report.epochAt(step), cleanAccuracy, robustAccuracy };
  }

  /** The best weights, as they are on disk, on images that no choice was made by. */
  async #measureTest(): Promise<void> {
    const { folder } = this.#surroundings;
    const best = await this.#checkpoints.loadBest();
    if (!best) return;
    const evaluation = await evaluateTest(this.#workload, best.judged, this.#interruptions);
    disposeTensors(best.judged.parameters);
    disposeTensors(best.judged.statistics);
    const { step, epoch } = best.state;
    const { cleanAccuracy, robustAccuracy, attack, examples } = evaluation;
    await folder.writeEvaluation('final', { checkpoint: 'best', step, epoch, ...evaluation });
    const seconds = this.#progress.seconds + evaluation.seconds;
    this.#progress = { ...this.#progress, seconds };
    this.#emit(evaluation);
    await folder.updateRecord({
      seconds,
      test: { step, epoch, cleanAccuracy, robustAccuracy, attack, examples },
    });
  }

  #emit(event: NewEvent): void {
    this.#report.tell(this.#progress.step, event);
  }
}

function smoothed(past: number | undefined, now: number): number {
  return past === undefined ? now : 0.8 * past + 0.2 * now;
}
