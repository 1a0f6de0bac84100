import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { assetFolder } from '../engine/assets';
import { EngineUnavailable } from '../engine/engine';
import { Barrier } from './barrier';
import type { StepTask, WorkerBirth, WorkerReply } from './messages';

/** A worker has died or could not do its part; no further step is possible. */
export class WorkerFailed extends Error {
  override readonly name = 'WorkerFailed';
}

type Done = Extract<WorkerReply, { readonly kind: 'done' }>;

/** The threads that take parts of steps. This thread never waits for them without listening, so that it hears of their deaths. */
export class WorkerTeam {
  readonly #workers: readonly Worker[];
  readonly #barrier: Barrier;
  /** Rejects with the first failure. */
  readonly #failure: Promise<never>;
  #fail: (error: WorkerFailed) => void = () => {};
  #replies: WorkerReply[] = [];
  #allReplied: (replies: readonly WorkerReply[]) => void = () => {};
  #closed = false;
  #device = '';

  private constructor(births: readonly WorkerBirth[], barrier: Barrier) {
    this.#barrier = barrier;
    this.#failure = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#failure.catch(() => {});
    this.#workers = births.map(birth => this.#bear(birth));
  }

  /** Starts a worker for each of `births`. Throws `EngineUnavailable` where one cannot work. */
  static async start(births: readonly WorkerBirth[]): Promise<WorkerTeam> {
    const [first] = births;
    if (!first) throw new Error('a team needs a worker');
    const team = new WorkerTeam(births, new Barrier(first.memory.barrier, births.length));
    try {
      const [ready] = await team.#replied(() => {});
      if (ready?.kind === 'ready') team.#device = ready.device;
      return team;
    } catch (error) {
      await team.close();
      const reason = error instanceof Error ? error.message : String(error);
      throw new EngineUnavailable(reason, 'Set compute.workers to 1, or take another engine.');
    }
  }

  /** What each worker computes on, in words. */
  get device(): string {
    return this.#device;
  }

  /** Throws `WorkerFailed`. */
  async takeStep(task: StepTask): Promise<readonly Done[]> {
    const replies = await this.#replied(() => {
      for (const worker of this.#workers) worker.postMessage(task);
    });
    return replies.filter(reply => reply.kind === 'done');
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#workers.map(worker => worker.terminate()));
  }

  /** Every worker's reply, in the order of the workers, to what `ask` asks. */
  #replied(ask: () => void): Promise<readonly WorkerReply[]> {
    const replied = new Promise<readonly WorkerReply[]>(resolve => {
      this.#replies = [];
      this.#allReplied = resolve;
    });
    ask();
    return Promise.race([this.#failure, replied]);
  }

  #bear(birth: WorkerBirth): Worker {
    const name = `Worker ${birth.worker + 1} of ${birth.parts.length}`;
    const worker = new Worker(path.join(assetFolder(), 'trainer.js'), { workerData: birth });
    worker.on('message', (reply: WorkerReply) => {
      if (reply.kind === 'failed') this.#failed(reply.reason && `${name} failed: ${reply.reason}`);
      else this.#hear(reply, birth.worker);
    });
    worker.on('error', error => this.#failed(`${name} failed: ${error.message}`));
    worker.on('exit', code => this.#failed(`${name} ended unexpectedly (code ${code})`));
    return worker;
  }

  #hear(reply: WorkerReply, worker: number): void {
    this.#replies[worker] = reply;
    if (Object.keys(this.#replies).length === this.#workers.length) this.#allReplied(this.#replies);
  }

  /** The others would wait for it forever. */
  #failed(reason: string): void {
    if (this.#closed || reason === '') return;
    this.#barrier.abandon();
    this.#fail(new WorkerFailed(`${reason}.`));
  }
}
