import { unwatchFile, watchFile } from 'node:fs';
import path from 'node:path';
import type { RunEvent } from '../../contract/events';
import { effectiveEvents, formatEvent } from '../../contract/metrics';
import { runFiles } from '../../contract/runFolder';
import { type Disposable, Emitter } from '../dispose';
import { MetricsFile } from './metricsFile';
import type { EventNotice, TrainerConnection } from './trainerConnection';

/** What a run has told, and what it goes on telling, whoever trains it and whether anybody does. */
export interface RunFeed extends Disposable {
  /** All effective events up to opening, in order. Later ones come through `onEvents` alone. */
  readonly events: readonly RunEvent[];
  onEvents(listener: (batch: readonly RunEvent[]) => void): Disposable;
  /** A resume took events back: the full new history. */
  onReset(listener: (events: readonly RunEvent[]) => void): Disposable;
}

/** Where a feed gets its line to the trainer. */
export interface FeedSource {
  /** A line of its own; undefined when nobody trains the run or the trainer cannot be reached. */
  connect(): Promise<TrainerConnection | undefined>;
  /** Says that it is worth while to connect, or to look into the file. */
  onChange(listener: () => void): Disposable;
}

/** How often the file is looked at when there is no trainer to tell of events, in milliseconds. */
const watchInterval = 500;

/**
 * Opens the events of a run folder. The file is the truth: every batch from the trainer says how many bytes of the file it
 * reaches to, so that reading goes on where telling stopped, and the other way round.
 */
export async function openRunFeed(runFolder: string, source: FeedSource): Promise<RunFeed> {
  const feed = new FileFeed(runFolder, source);
  await feed.open();
  return feed;
}

class FileFeed implements RunFeed {
  events: readonly RunEvent[] = [];
  readonly #file: MetricsFile;
  readonly #source: FeedSource;
  readonly #batches = new Emitter<readonly RunEvent[]>();
  readonly #resets = new Emitter<readonly RunEvent[]>();
  readonly onEvents = this.#batches.event;
  readonly onReset = this.#resets.event;
  /** The greatest step told so far: a resume from before it takes events back. */
  #lastStep = Number.NEGATIVE_INFINITY;
  /** The last event that came over the line: it must be in the file before reading goes on behind it. */
  #lastNotice: RunEvent | undefined;
  #connection: TrainerConnection | undefined;
  #work: Promise<void> = Promise.resolve();
  #disposed = false;
  readonly #synchronise = () => this.#enqueue(() => this.#connectOrRead());
  readonly #subscription: Disposable;

  constructor(runFolder: string, source: FeedSource) {
    this.#file = new MetricsFile(path.join(runFolder, runFiles.metrics));
    this.#source = source;
    this.#subscription = source.onChange(this.#synchronise);
  }

  async open(): Promise<void> {
    this.events = await this.#readAll();
    watchFile(this.#file.path, { interval: watchInterval, persistent: false }, this.#synchronise);
    this.#synchronise();
  }

  dispose(): void {
    this.#disposed = true;
    unwatchFile(this.#file.path, this.#synchronise);
    this.#connection?.dispose();
    for (const item of [this.#subscription, this.#batches, this.#resets]) item.dispose();
  }

  #enqueue(task: () => Promise<void>): void {
    this.#work = this.#work.then(() => (this.#disposed ? undefined : task())).catch(() => undefined);
  }

  async #connectOrRead(): Promise<void> {
    if (this.#connection) return;
    const connection = await this.#source.connect().catch(() => undefined);
    if (this.#disposed) connection?.dispose();
    else if (connection) await this.#follow(connection);
    else await this.#readOn();
  }

  async #follow(connection: TrainerConnection): Promise<void> {
    const early: EventNotice[] = [];
    connection.onEvents(notice => {
      if (this.#connection === connection) this.#take(notice);
      else early.push(notice);
    });
    let open = true;
    connection.onClose(() => {
      open = false;
      if (this.#connection !== connection) return;
      this.#connection = undefined;
      this.#synchronise();
    });
    const subscription = await connection.control.subscribe().catch(() => undefined);
    if (!subscription) {
      // Tried again when the file grows, not at once.
      connection.dispose();
      return this.#readOn();
    }
    await this.#readOn(subscription.metricsBytes);
    for (const notice of early.splice(0)) this.#take(notice);
    if (open) this.#connection = connection;
    else this.#synchronise();
  }

  #take({ batch, metricsBytes }: EventNotice): void {
    if (this.#disposed || metricsBytes <= this.#file.position) return;
    if (this.#takesBack(batch)) {
      // The file tells it once it is written; a new subscription waits for that.
      this.#connection?.dispose();
      return;
    }
    this.#file.moveTo(metricsBytes);
    this.#lastNotice = batch.at(-1) ?? this.#lastNotice;
    this.#tell(batch);
  }

  /** @param limit bytes of the file that are certain to hold all that the line will not tell */
  async #readOn(limit?: number): Promise<void> {
    if (this.#lastNotice && !(await this.#file.endsWith(formatEvent(this.#lastNotice)))) {
      // A killed trainer told what it could not write any more.
      return this.#reset(limit);
    }
    this.#lastNotice = undefined;
    for await (const batch of this.#file.read(limit)) {
      if (this.#disposed) return;
      if (this.#takesBack(batch)) return this.#reset(limit);
      this.#tell(batch);
    }
    if (limit !== undefined) this.#file.moveTo(limit);
  }

  async #reset(limit?: number): Promise<void> {
    const events = await this.#readAll(limit);
    if (limit !== undefined) this.#file.moveTo(limit);
    if (!this.#disposed) this.#resets.fire(events);
  }

  async #readAll(limit?: number): Promise<readonly RunEvent[]> {
    this.#file.moveTo(0);
    this.#lastNotice = undefined;
    const written: RunEvent[] = [];
    for await (const batch of this.#file.read(limit)) {
      for (const event of batch) written.push(event);
    }
    const events = effectiveEvents(written);
    this.#lastStep = greatestStep(events);
    return events;
  }

  #takesBack(batch: readonly RunEvent[]): boolean {
    return batch.some(event => event.type === 'resumed' && event.step < this.#lastStep);
  }

  #tell(batch: readonly RunEvent[]): void {
    const events = effectiveEvents(batch);
    this.#lastStep = Math.max(this.#lastStep, greatestStep(events));
    if (events.length > 0) this.#batches.fire(events);
  }
}

function greatestStep(events: readonly RunEvent[]): number {
  let greatest = Number.NEGATIVE_INFINITY;
  for (const { step } of events) greatest = Math.max(greatest, step);
  return greatest;
}
