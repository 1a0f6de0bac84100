import { Told } from './told';

/** Wall-clock time of a run without the time between its sessions. */
export class RunClock {
  #origin: number | undefined;
  #latest = 0;
  readonly #remembered = new Told<number>();

  /**
   * Seconds since the run's start; never less than before.
   * @param time milliseconds since 1970; at NaN the clock stands still
   */
  secondsAt(time: number): number {
    if (Number.isNaN(time)) return this.#latest;
    const now = time / 1000;
    this.#origin ??= now - this.#latest;
    this.#latest = Math.max(this.#latest, now - this.#origin);
    return this.#latest;
  }

  /** Keeps the present reading for a resume from this step or a later one. */
  remember(step: number): void {
    this.#remembered.add(step, this.#latest);
  }

  /**
   * Goes back to the latest reading that was remembered up to a step, and stands still until the next event.
   * @param seconds another reading that counts
   */
  resume(step: number, seconds: number): void {
    this.#remembered.takeBack(step);
    this.#latest = Math.max(seconds, this.#remembered.last ?? 0);
    this.#origin = undefined;
  }
}
