import type { RunEvent } from '../../contract/events';
import type { RunFolder } from './folder/runFolder';
import type { Progress } from './progress';

/** An event, but for the place and time that it gets when it is told. */
export type NewEvent<Event extends RunEvent = RunEvent> = Event extends RunEvent
  ? Omit<Event, 'step' | 'epoch' | 'time'>
  : never;

/** `run.json` follows the run at this distance at most, in milliseconds; between epochs only. */
const recordInterval = 2000;

/** What a run tells: its events, to a listener and to `metrics.jsonl`, and its figures in `run.json`. */
export class RunReport {
  readonly #folder: RunFolder;
  readonly #listen: (event: RunEvent) => void;
  readonly #stepsPerEpoch: number;
  #recordTime = performance.now();

  constructor(folder: RunFolder, listen: (event: RunEvent) => void, stepsPerEpoch: number) {
    this.#folder = folder;
    this.#listen = listen;
    this.#stepsPerEpoch = stepsPerEpoch;
  }

  /** `step`: steps finished. */
  tell(step: number, event: NewEvent): void {
    const told = { ...event, step, epoch: this.epochAt(step), time: new Date().toISOString() } as RunEvent;
    this.#listen(told);
    this.#folder.appendEvent(told);
  }

  async updateRecord({ step, seconds, last, best }: Progress): Promise<void> {
    this.#recordTime = performance.now();
    await this.#folder.updateRecord({
      step,
      epoch: this.epochAt(step),
      seconds,
      ...(last ? { last } : {}),
      ...(best ? { best } : {}),
    });
  }

  async updateRecordIfOld(progress: Progress): Promise<void> {
    if (performance.now() - this.#recordTime >= recordInterval) await this.updateRecord(progress);
  }

  /** Epochs finished, with the fraction of the current one. */
  epochAt(step: number): number {
    return step / this.#stepsPerEpoch;
  }
}
