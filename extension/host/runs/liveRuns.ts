import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { TrainerControl } from '../../contract/control';
import { isControlAddress } from '../../contract/controlAddress';
import type { RunEvent } from '../../contract/events';
import type { RunRecord } from '../../contract/runFolder';
import { type Disposable, Emitter } from '../dispose';
import { isTraining, markInterrupted, readRunRecord } from './runRecord';
import { connectTrainer, type TrainerConnection } from './trainerConnection';

/** A run that a living process trains. */
export interface LiveRun {
  readonly folder: string;
  readonly record: RunRecord;
  /** Absent while the trainer cannot be reached. */
  readonly control?: TrainerControl;
  readonly paused: boolean;
  /** The newest event since this window watches. */
  readonly lastEvent?: RunEvent;
}

export interface EndedRun {
  readonly folder: string;
  readonly record: RunRecord;
}

interface Watched {
  readonly folder: string;
  record: RunRecord;
  connection?: TrainerConnection;
  paused: boolean;
  lastEvent?: RunEvent;
  attaching: boolean;
  /** Milliseconds before the next attempt to connect, and when that may be made. */
  delay: number;
  retryAt: number;
}

/** A live run is looked at this often even if nothing is told, in milliseconds: its process may just be gone. */
const lookInterval = 2000;
const shortestDelay = 250;
const longestDelay = 8000;

/** Knows which runs are being trained, keeps a line to each trainer, and notices when one ends, however it ends. */
export class LiveRuns implements Disposable {
  readonly #runs = new Map<string, Watched>();
  readonly #looks = new Map<string, Promise<void>>();
  readonly #changes = new Emitter<string>();
  readonly #progress = new Emitter<string>();
  readonly #ends = new Emitter<EndedRun>();
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  /** The folder of a run that went live, paused, went on, ended, or whose trainer was reached or lost. */
  readonly onDidChange = this.#changes.event;
  /** The folder of a live run whose record or last event is new. */
  readonly onDidProgress = this.#progress.event;
  /** A run that was live, or said so, is not any more. Fired in one window only where its trainer died without a word. */
  readonly onDidEnd = this.#ends.event;

  /** The most recently created one first. */
  get all(): readonly LiveRun[] {
    return [...this.#runs.values()]
      .map(present)
      .sort((a, b) => b.record.createdAt.localeCompare(a.record.createdAt));
  }

  get(runFolder: string): LiveRun | undefined {
    const watched = this.#runs.get(path.resolve(runFolder));
    return watched && present(watched);
  }

  /** Looks at every run of a runs folder, which need not exist. */
  async scan(runsFolder: string): Promise<void> {
    const entries = await readdir(runsFolder, { withFileTypes: true }).catch(() => []);
    const folders = entries
      .filter(entry => entry.isDirectory())
      .map(({ name }) => path.join(runsFolder, name));
    const readers = 16;
    const readNext = async (): Promise<void> => {
      for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) await this.look(folder);
    };
    await Promise.all(Array.from({ length: readers }, readNext));
  }

  /** Reads a run's record, and does what follows from it: connects, lets go, or marks the run as interrupted. */
  look(runFolder: string): Promise<void> {
    const folder = path.resolve(runFolder);
    const look = (this.#looks.get(folder) ?? Promise.resolve()).then(() => this.#lookAt(folder));
    this.#looks.set(folder, look);
    return look.finally(() => {
      if (this.#looks.get(folder) === look) this.#looks.delete(folder);
    });
  }

  /** Another line to the run's trainer; undefined when it cannot be reached. */
  async connect(runFolder: string): Promise<TrainerConnection | undefined> {
    const control = this.get(runFolder)?.record.control;
    if (control === undefined || !isControlAddress(control)) return undefined;
    return connectTrainer(control).catch(() => undefined);
  }

  dispose(): void {
    this.#disposed = true;
    clearInterval(this.#timer);
    for (const { connection } of this.#runs.values()) connection?.dispose();
    this.#runs.clear();
    for (const emitter of [this.#changes, this.#progress, this.#ends]) emitter.dispose();
  }

  async #lookAt(folder: string): Promise<void> {
    if (this.#disposed) return;
    const record = await readRunRecord(folder);
    if (this.#disposed) return;
    if (record && isTraining(record)) this.#keep(folder, record);
    else await this.#letGo(folder, record);
  }

  #keep(folder: string, record: RunRecord): void {
    const watched = this.#runs.get(folder);
    if (watched) {
      const news = watched.record.updatedAt !== record.updatedAt;
      if (watched.record.control !== record.control) watched.retryAt = 0;
      watched.record = record;
      if (news) this.#progress.fire(folder);
      void this.#attach(watched);
      return;
    }
    const found = { folder, record, paused: false, attaching: false, delay: shortestDelay, retryAt: 0 };
    this.#runs.set(folder, found);
    this.#timer ??= setInterval(() => this.#lookAtAll(), lookInterval).unref();
    this.#changes.fire(folder);
    void this.#attach(found);
  }

  async #letGo(folder: string, record: RunRecord | undefined): Promise<void> {
    const watched = this.#runs.get(folder);
    const repaired = record?.status === 'running' ? await markInterrupted(folder) : undefined;
    if (watched) {
      this.#runs.delete(folder);
      watched.connection?.dispose();
      if (this.#runs.size === 0) {
        clearInterval(this.#timer);
        this.#timer = undefined;
      }
    }
    if (watched || repaired) this.#changes.fire(folder);
    if (repaired) this.#ends.fire({ folder, record: repaired });
    else if (watched && record && tellsItself(record)) this.#ends.fire({ folder, record });
  }

  #lookAtAll(): void {
    for (const folder of this.#runs.keys()) void this.look(folder);
  }

  async #attach(watched: Watched): Promise<void> {
    const { control } = watched.record;
    if (watched.connection || watched.attaching || performance.now() < watched.retryAt) return;
    if (control === undefined || !isControlAddress(control)) return;
    watched.attaching = true;
    watched.retryAt = performance.now() + watched.delay;
    watched.delay = Math.min(2 * watched.delay, longestDelay);
    const connection = await connectTrainer(control).catch(() => undefined);
    watched.attaching = false;
    if (!connection) return;
    if (this.#runs.get(watched.folder) !== watched) return connection.dispose();
    await this.#follow(watched, connection);
  }

  async #follow(watched: Watched, connection: TrainerConnection): Promise<void> {
    const { folder } = watched;
    watched.connection = connection;
    const setPaused = (isPaused: boolean) => {
      watched.paused = isPaused;
      this.#changes.fire(folder);
    };
    connection.onPaused(setPaused);
    connection.onEvents(({ batch }) => {
      const lastEvent = batch.at(-1);
      if (!lastEvent) return;
      watched.lastEvent = lastEvent;
      this.#progress.fire(folder);
    });
    connection.onClose(() => {
      if (watched.connection === connection) delete watched.connection;
      if (this.#runs.get(folder) !== watched) return;
      this.#changes.fire(folder);
      // Either the run has ended, or this window was too slow a reader.
      void this.look(folder);
    });
    const subscription = await connection.control.subscribe().catch(() => undefined);
    if (!subscription) return connection.dispose();
    watched.delay = shortestDelay;
    setPaused(subscription.paused);
  }
}

/** How it ended is the trainer's own word, for every window; of a repair the window that made it tells. */
function tellsItself({ status }: RunRecord): boolean {
  return status === 'finished' || status === 'stopped' || status === 'failed';
}

function present({ folder, record, connection, paused, lastEvent }: Watched): LiveRun {
  return {
    folder,
    record,
    paused,
    ...(connection ? { control: connection.control } : {}),
    ...(lastEvent ? { lastEvent } : {}),
  };
}
