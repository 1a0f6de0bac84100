import { StopRequested } from '../stop';

interface Waiting {
  resolve(): void;
  reject(reason: unknown): void;
}

/**
 * What others want of a run. Requests come at any time; the run heeds them between two steps and between the batches of an
 * evaluation.
 */
export class RunRequests {
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #onPaused: (isPaused: boolean, seconds: number) => void;
  #paused = false;
  #pausedSeconds = 0;
  #pauses: Waiting[] = [];
  #checkpoints: Waiting[] = [];
  #stops: Waiting[] = [];
  #wake: () => void = () => {};
  #ended = false;

  /**
   * @param signal a stop that is asked for elsewhere, such as by SIGTERM
   * @param onPaused called when the run stands still, and when it goes on, with the seconds it stood still
   */
  constructor(signal: AbortSignal, onPaused: (isPaused: boolean, seconds: number) => void) {
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
    this.#signal.addEventListener('abort', () => this.#wake());
    this.#onPaused = onPaused;
  }

  /** The run stands still, or will after the current step. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Seconds the run has stood still: they are no training time. */
  get pausedSeconds(): number {
    return this.#pausedSeconds;
  }

  /** Resolves when the run stands still, or goes on because it was asked to before that. */
  pause(): Promise<void> {
    this.#paused = true;
    return this.#answerLater(this.#pauses);
  }

  resume(): void {
    this.#paused = false;
    answer(this.#pauses);
    this.#wake();
  }

  /** Resolves when the run has ended and its checkpoint is on disk. */
  stop(): Promise<void> {
    this.#stop.abort('the editor asked for it');
    return this.#answerLater(this.#stops);
  }

  /** Resolves when the checkpoint is on disk. */
  checkpoint(): Promise<void> {
    const saved = this.#answerLater(this.#checkpoints);
    this.#wake();
    return saved;
  }

  /**
   * Lets the process look at its signals and sockets, then does what was asked for: saves, stands still, or throws
   * `StopRequested`. Computation on a CPU engine never waits, so that without this no signal would ever be seen.
   */
  async heed(save: () => Promise<void>): Promise<void> {
    await new Promise(resolve => setImmediate(resolve));
    let standstill: number | undefined;
    try {
      for (;;) {
        if (this.#signal.aborted) throw new StopRequested(String(this.#signal.reason));
        await this.#saveIfAsked(save);
        if (!this.#paused) return;
        if (standstill === undefined) {
          standstill = performance.now();
          this.#onPaused(true, 0);
        }
        answer(this.#pauses);
        await this.#nextRequest();
      }
    } finally {
      if (standstill !== undefined) {
        const seconds = (performance.now() - standstill) / 1000;
        this.#pausedSeconds += seconds;
        this.#onPaused(false, seconds);
      }
    }
  }

  /** The run has ended, and everybody who still waits is answered. */
  end(failure?: Error): void {
    this.#ended = true;
    const outcome = failure ?? new Error('The run has ended.');
    answer(this.#stops, failure);
    answer(this.#pauses, outcome);
    answer(this.#checkpoints, outcome);
  }

  async #saveIfAsked(save: () => Promise<void>): Promise<void> {
    if (this.#checkpoints.length === 0) return;
    const asked = this.#checkpoints;
    this.#checkpoints = [];
    try {
      await save();
      answer(asked);
    } catch (error) {
      answer(asked, error);
      throw error;
    }
  }

  #nextRequest(): Promise<void> {
    // What was asked while the caller was busy is not slept through.
    if (!this.#paused || this.#signal.aborted || this.#checkpoints.length > 0) return Promise.resolve();
    return new Promise(resolve => {
      this.#wake = resolve;
    });
  }

  #answerLater(list: Waiting[]): Promise<void> {
    if (this.#ended) return Promise.reject(new Error('The run has ended.'));
    return new Promise((resolve, reject) => list.push({ resolve, reject }));
  }
}

function answer(list: Waiting[], failure?: unknown): void {
  for (const { resolve, reject } of list.splice(0)) {
    if (failure === undefined) resolve();
    else reject(failure);
  }
}
