import { Worker } from 'node:worker_threads';
import {
  type Control,
  controlWords,
  createControl,
  finishPart,
  generations,
  takeFailure,
  takePart,
  ticketOf,
} from './control';
import { instantiate } from './instantiate';
import type { Kernels } from './kernelTypes';
import type { Arguments, Operation } from './operation';
import { operations } from './operations/table';
import { systemThread } from './systemThread';

/** What a worker is born with. */
export interface WorkerData {
  readonly module: WebAssembly.Module;
  readonly revectorized: boolean;
  readonly memory: WebAssembly.Memory;
  readonly control: Control;
  /** From 1; the caller of the pool is thread 0. */
  readonly thread: number;
  /** Looks at the ticket before falling asleep. */
  readonly spin: number;
}

/** About 0.1 ms: longer than TensorFlow.js takes between two operations, short enough not to burn an idle processor. */
const spin = 50_000;

/** Memory of the threads' own: thread t's starts at `address + t * stride`. */
export interface Scratch {
  readonly address: number;
  readonly stride: number;
}

/** The threads that work on one operation at a time; the caller is one of them. */
export class ThreadPool {
  readonly #kernels: Kernels;
  readonly #control = createControl();
  readonly #workers: Worker[] = [];
  readonly #systemThreads: (string | undefined)[] = [systemThread()];
  readonly #numbers = new Map<Operation, number>(operations.map((operation, number) => [operation, number]));
  #generation = 0;

  private constructor(kernels: Kernels) {
    this.#kernels = kernels;
  }

  /** Starts `threads - 1` workers from the bundle `workerFile`. They do not keep the process alive. */
  static async start(
    threads: number,
    workerFile: string,
    { module, revectorized }: Pick<WorkerData, 'module' | 'revectorized'>,
    memory: WebAssembly.Memory,
  ): Promise<ThreadPool> {
    const pool = new ThreadPool(instantiate(module, memory, revectorized));
    const started = Array.from({ length: threads - 1 }, async (_, i) => {
      const data: WorkerData = { module, revectorized, memory, control: pool.#control, thread: i + 1, spin };
      const worker = new Worker(workerFile, { workerData: data });
      pool.#workers.push(worker);
      pool.#systemThreads[i + 1] = await firstMessage(worker);
      worker.unref();
    });
    await Promise.all(started);
    return pool;
  }

  get threads(): number {
    return this.#workers.length + 1;
  }

  /** The operating system's numbers of the threads, the caller's first; empty where it does not tell. */
  get systemThreads(): readonly string[] {
    return this.#systemThreads.filter(thread => thread !== undefined);
  }

  /** Does the operation's parts on at most `threads` threads and returns when all are done. Throws if a part failed. */
  run<Field extends string>(
    operation: Operation<Field>,
    args: Arguments<Field>,
    scratch: Scratch,
    threads = this.threads,
  ): void {
    const parts = operation.parts(args);
    if (parts === 1 || threads === 1) {
      for (let part = parts - 1; part >= 0; part--) operation.run(this.#kernels, args, part, scratch.address);
      return;
    }
    if (parts === 0) return;
    this.#publish(operation, args, scratch, parts, threads);
    try {
      this.#takePartIn(operation, args, scratch);
    } catch (error) {
      // Another thread's failure is of this operation too, and must not be taken for one of the next.
      takeFailure(this.#control);
      throw error;
    }
    const failure = takeFailure(this.#control);
    if (failure) throw new Error(`${operation.name} failed on ${failure}`);
  }

  #publish<Field extends string>(
    operation: Operation<Field>,
    args: Arguments<Field>,
    scratch: Scratch,
    parts: number,
    threads: number,
  ): void {
    const { words, values } = this.#control;
    this.#generation++;
    if (this.#generation === generations) this.#startGenerationsAgain();
    operation.fields.forEach((field, i) => {
      values[i] = args[field];
    });
    Atomics.store(words, controlWords.operation, this.#numbers.get(operation as Operation) ?? -1);
    Atomics.store(words, controlWords.threads, threads);
    Atomics.store(words, controlWords.scratch, scratch.address);
    Atomics.store(words, controlWords.scratchStride, scratch.stride);
    Atomics.store(words, controlWords.unfinished, parts);
    Atomics.store(words, controlWords.ticket, ticketOf(this.#generation, parts));
    if (Atomics.load(words, controlWords.sleeping) > 0) Atomics.notify(words, controlWords.ticket);
  }

  /** A thread held up since the last call of this number must not mistake the new call for it. */
  #startGenerationsAgain(): void {
    const { words } = this.#control;
    while (Atomics.load(words, controlWords.active) > 0);
    this.#generation = 1;
  }

  #takePartIn<Field extends string>(
    operation: Operation<Field>,
    args: Arguments<Field>,
    { address }: Scratch,
  ): void {
    const { words } = this.#control;
    try {
      for (let part = this.#take(); part >= 0; part = this.#take()) {
        try {
          operation.run(this.#kernels, args, part, address);
        } finally {
          finishPart(words);
        }
      }
    } finally {
      while (this.#take() >= 0) finishPart(words);
      this.#awaitOthers();
    }
  }

  #take(): number {
    return takePart(this.#control.words, this.#generation);
  }

  #awaitOthers(): void {
    const { words } = this.#control;
    for (let turns = spin; ; turns--) {
      const unfinished = Atomics.load(words, controlWords.unfinished);
      if (unfinished === 0) return;
      if (turns <= 0) Atomics.wait(words, controlWords.unfinished, unfinished);
    }
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map(worker => worker.terminate()));
  }
}

function firstMessage(worker: Worker): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
