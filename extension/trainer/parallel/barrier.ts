const words = { arrived: 0, generation: 1, abandoned: 2 } as const;

/** Somebody who should have come to the barrier never will. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/** Where `parties` threads wait for each other, again and again. */
export class Barrier {
  static readonly bytes = 12;
  readonly #words: Int32Array;
  readonly #parties: number;

  constructor(memory: SharedArrayBuffer, parties: number) {
    this.#words = new Int32Array(memory);
    this.#parties = parties;
  }

  /** Blocks until all parties have come. Throws `Abandoned`. */
  wait(): void {
    const generation = Atomics.load(this.#words, words.generation);
    if (Atomics.add(this.#words, words.arrived, 1) === this.#parties - 1) {
      Atomics.store(this.#words, words.arrived, 0);
      this.#open();
    } else {
      while (!this.#isAbandoned && Atomics.load(this.#words, words.generation) === generation) {
        Atomics.wait(this.#words, words.generation, generation);
      }
    }
    if (this.#isAbandoned) throw new Abandoned('another worker failed');
  }

  /** Lets go of all who wait, and of all who come. */
  abandon(): void {
    Atomics.store(this.#words, words.abandoned, 1);
    this.#open();
  }

  get #isAbandoned(): boolean {
    return Atomics.load(this.#words, words.abandoned) === 1;
  }

  #open(): void {
    Atomics.add(this.#words, words.generation, 1);
    Atomics.notify(this.#words, words.generation);
  }
}
