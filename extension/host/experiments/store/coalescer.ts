/** Runs something later; a `setTimeout` that tests drive by hand. */
export type Schedule = (action: () => void, milliseconds: number) => void;

/**
 * Gathers keys and hands them over together: at most one hand-over at a time, and `pause` milliseconds between the end of
 * one and the beginning of the next, so that a burst of changes costs one refresh.
 */
export class Coalescer<Key> {
  readonly #pause: number;
  readonly #handOver: (keys: ReadonlySet<Key>) => Promise<void>;
  readonly #schedule: Schedule;
  #waiting = new Set<Key>();
  #busy = false;
  #disposed = false;

  constructor(
    pause: number,
    handOver: (keys: ReadonlySet<Key>) => Promise<void>,
    schedule: Schedule = setTimeout,
  ) {
    this.#pause = pause;
    this.#handOver = handOver;
    this.#schedule = schedule;
  }

  add(key: Key): void {
    this.#waiting.add(key);
    this.#start();
  }

  dispose(): void {
    this.#disposed = true;
    this.#waiting.clear();
  }

  #start(): void {
    if (this.#busy || this.#disposed) return;
    this.#busy = true;
    this.#schedule(() => void this.#run(), this.#pause);
  }

  async #run(): Promise<void> {
    const keys = this.#waiting;
    this.#waiting = new Set();
    try {
      if (!this.#disposed) await this.#handOver(keys);
    } finally {
      this.#busy = false;
      if (this.#waiting.size > 0) this.#start();
    }
  }
}
