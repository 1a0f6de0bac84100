import type { Figures } from '../../contract/runFolder';
import { type CheckpointState, loadCheckpoint, saveCheckpoint } from '../checkpoint/checkpointStore';
import type { Judged } from '../evaluation/robustAccuracy';
import type { Progress } from './progress';
import type { RunReport } from './runReport';
import type { RunTensors } from './runTensors';
import { optimizerArrays, restoreParameters, restoreStatistics, weightArrays } from './snapshot';
import type { Workload } from './workload';

/** The checkpoints of a run: `last`, from which it can go on, and `best`, its best weights. */
export class RunCheckpoints {
  readonly #workload: Workload;
  readonly #folder: string;
  readonly #report: RunReport;
  #lastStep: number | undefined;
  #lastTime = performance.now();

  /** `lastStep`: that of the checkpoint from which the run goes on. */
  constructor(workload: Workload, folder: string, report: RunReport, lastStep: number | undefined) {
    this.#workload = workload;
    this.#folder = folder;
    this.#report = report;
    this.#lastStep = lastStep;
  }

  /** The step of `last`; undefined where there is none. */
  get lastStep(): number | undefined {
    return this.#lastStep;
  }

  /** `run.json` then follows. */
  async saveLast(tensors: RunTensors, progress: Progress): Promise<void> {
    const { parameters, statistics } = tensors;
    const { step, statisticsUpdates } = progress;
    await saveCheckpoint(this.#folder, 'last', {
      state: { version: 1, step, epoch: this.#report.epochAt(step), training: progress },
      weights: await weightArrays(this.#workload.model, parameters, statistics, statisticsUpdates),
      optimizer: await optimizerArrays(tensors),
    });
    this.#lastStep = step;
    this.#lastTime = performance.now();
    this.#report.tell(step, { type: 'checkpoint', name: 'last' });
    await this.#report.updateRecord(progress);
  }

  /** Between two steps. Where nothing is to be saved, `run.json` follows at a distance. */
  async saveLastIfDue(tensors: RunTensors, progress: Progress): Promise<void> {
    const { config, stepsPerEpoch } = this.#workload;
    const { everySteps, everyMinutes } = config.checkpoint;
    const { step } = progress;
    // The end of an epoch saves once its evaluation is done.
    if (step % stepsPerEpoch === 0) return;
    const age = performance.now() - this.#lastTime;
    const due =
      (everySteps > 0 && step % everySteps === 0) || (everyMinutes > 0 && age >= everyMinutes * 60_000);
    if (due) await this.saveLast(tensors, progress);
    else await this.#report.updateRecordIfOld(progress);
  }

  async saveBest(
    { model, parameters, statistics }: Judged,
    figures: Figures,
    statisticsUpdates: number,
  ): Promise<void> {
    const { step, epoch, robustAccuracy } = figures;
    await saveCheckpoint(this.#folder, 'best', {
      state: { version: 1, step, epoch, training: figures },
      weights: await weightArrays(model, parameters, statistics, statisticsUpdates),
    });
    this.#report.tell(step, { type: 'checkpoint', name: 'best', robustAccuracy });
  }

  /** The best weights as they are on disk, the caller's to dispose of; undefined where no evaluation has chosen any. */
  async loadBest(): Promise<{ readonly judged: Judged; readonly state: CheckpointState } | undefined> {
    const { model } = this.#workload;
    const best = await loadCheckpoint(this.#folder, 'best');
    if (!best) return undefined;
    const parameters = restoreParameters(model, best.weights);
    const statistics = restoreStatistics(model, best.weights);
    return { judged: { model, parameters, statistics }, state: best.state };
  }
}
