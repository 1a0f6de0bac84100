import type { EvaluationEvent } from '../../contract/evaluation';
import type { EvaluationJob } from './job';
import { worstCasePositions } from './state';
import { remainingUnits } from './workUnits';

const tellEveryMilliseconds = 250;
/** An interval's weight in the smoothed rate approaches 1 when it is long against this. */
const smoothingSeconds = 20;

/** Measures how fast units are spent, and tells how far the evaluation is. */
export class Meter {
  readonly #job: EvaluationJob;
  readonly #begin = performance.now();
  readonly #secondsBefore: number;
  #lastTold = Number.NEGATIVE_INFINITY;
  #lastTime = performance.now();
  #units = 0;
  #secondsPerUnit: number | undefined;
  /** Units spent on the batch at work, and the most it can need. */
  #batch = { spent: 0, most: 0 };

  constructor(job: EvaluationJob) {
    this.#job = job;
    this.#secondsBefore = job.state.seconds;
  }

  /** A batch begins that can need so many units. */
  beginBatch(mostUnits: number): void {
    this.#batch = { spent: 0, most: mostUnits };
  }

  /** The batch at work has ended, and the state counts it. */
  endBatch(): void {
    this.#batch = { spent: 0, most: 0 };
  }

  spend(units: number): void {
    this.#batch.spent += units;
    this.#units += units;
    this.tell();
  }

  /** Tells where the evaluation stands, at most a few times a second. */
  tell(): void {
    const now = performance.now();
    if (now - this.#lastTold < tellEveryMilliseconds) return;
    this.#measure(now);
    this.#lastTold = now;
    this.#job.tell(this.#progress(now));
  }

  #measure(now: number): void {
    const seconds = (now - this.#lastTime) / 1000;
    if (this.#units === 0 || seconds <= 0) return;
    const latest = seconds / this.#units;
    const weight = 1 - Math.exp(-seconds / smoothingSeconds);
    const before = this.#secondsPerUnit ?? latest;
    this.#secondsPerUnit = before + weight * (latest - before);
    this.#units = 0;
    this.#lastTime = now;
  }

  #progress(now: number): EvaluationEvent {
    const { plan, state, labels } = this.#job;
    const stage = plan.stages[state.stage];
    const left = Math.max(remainingUnits(plan.stages, state) - this.#batch.spent, 0);
    return {
      type: 'evaluation-progress',
      stage: state.phase === 'attacks' ? (stage?.name ?? '') : state.phase,
      pass: state.phase === 'attacks' ? state.pass : 0,
      passes: state.phase === 'attacks' ? (stage?.attack.passes ?? 1) : 1,
      fraction: state.plannedUnits === 0 ? 0 : Math.max(0, 1 - left / state.plannedUnits),
      robust: worstCasePositions(state).length,
      examples: labels.length,
      seconds: this.#secondsBefore + (now - this.#begin) / 1000,
      ...(this.#secondsPerUnit === undefined || state.phase !== 'attacks'
        ? {}
        : { secondsLeft: left * this.#secondsPerUnit }),
    };
  }
}
