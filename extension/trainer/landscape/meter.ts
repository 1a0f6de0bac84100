import type { LandscapeEvent } from '../../contract/landscape';

const tellEveryMilliseconds = 250;

/** Measures how fast units are spent, and tells how far the landscape is. */
export class LandscapeMeter {
  readonly #tell: (event: LandscapeEvent) => void;
  readonly #planned: number;
  readonly #secondsBefore: number;
  readonly #begin = performance.now();
  #lastTold = Number.NEGATIVE_INFINITY;
  /** Units of the tasks that have not begun. */
  #waiting: number;
  #spentHere = 0;
  #task = { name: '', most: 0, spent: 0 };

  /**
   * @param planned most units of the whole landscape; `left`: of what this session does
   * @param secondsBefore time of earlier sessions
   */
  constructor(tell: (event: LandscapeEvent) => void, planned: number, left: number, secondsBefore: number) {
    this.#tell = tell;
    this.#planned = planned;
    this.#waiting = left;
    this.#secondsBefore = secondsBefore;
  }

  /** Time of all sessions. */
  get seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#begin) / 1000;
  }

  /** A task begins that needs at most so many units; the one before has ended. */
  begin(name: string, most: number): void {
    this.#waiting -= most;
    this.#task = { name, most, spent: 0 };
    this.#tellNow();
  }

  /** So many units are about to be spent. Tells where the landscape stands, at most a few times a second. */
  spend(units: number): void {
    if (performance.now() - this.#lastTold >= tellEveryMilliseconds) this.#tellNow();
    this.#task.spent += units;
    this.#spentHere += units;
  }

  #tellNow(): void {
    this.#lastTold = performance.now();
    const left = Math.max(this.#waiting, 0) + Math.max(this.#task.most - this.#task.spent, 0);
    const here = (performance.now() - this.#begin) / 1000;
    this.#tell({
      type: 'landscape-progress',
      task: this.#task.name,
      fraction: this.#planned === 0 ? 0 : Math.min(1, Math.max(0, 1 - left / this.#planned)),
      seconds: this.seconds,
      ...(this.#spentHere === 0 ? {} : { secondsLeft: (left * here) / this.#spentHere }),
    });
  }
}
