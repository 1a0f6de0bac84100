import { unwatchFile, watchFile } from 'node:fs';
import path from 'node:path';
import type { RunEvent } from '../../contract/events';
import { effectiveEvents, formatEvent } from '../../contract/metrics';
import type { MetricsPiece } from '../../contract/metricsPiece';
import { runFiles } from '../../contract/runFolder';
import type { Disposable } from '../dispose';
import { MetricsFile } from './metricsFile';
import type { EventNotice, TrainerConnection } from './trainerConnection';

/** Hears what a run has told, and what it goes on telling, whoever trains it and whether anybody does. */
export interface FeedListener {
  /**
   * What was heard before is void: the run is told from its beginning. Also called at first.
   * @param mostSteps about how many steps will be read at most
   */
  begin(mostSteps: number): void;
  /**
   * What comes next in `metrics.jsonl`, a `resumed` event that takes back earlier ones included. The piece is good during
   * the call only.
   */
  read(piece: MetricsPiece): void;
  /** All that was written has been read. */
  complete(): void;
  /** What a trainer has just told; it takes nothing back. */
  events(batch: readonly RunEvent[]): void;
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
 * Tells the events of a run folder until it is disposed of, beginning after the caller's turn. The file is the truth: every
 * batch from the trainer says how many bytes of the file it reaches to, so that reading goes on where telling stopped, and
 * the other way round.
 */
export function openRunFeed(runFolder: string, source: FeedSource, listener: FeedListener): Disposable {
  return new FileFeed(runFolder, source, listener);
}

class FileFeed implements Disposable {
  readonly #file: MetricsFile;
  readonly #source: FeedSource;
  readonly #listener: FeedListener;
  /** The greatest step told so far: a resume from before it takes events back. */
  #lastStep = Number.NEGATIVE_INFINITY;
  /** The last event that came over the line: it must be in the file before reading goes on behind it. */
  #lastNotice: RunEvent | undefined;
  #connection: TrainerConnection | undefined;
  #work: Promise<void> = Promise.resolve();
  #disposed = false;
  readonly #synchronise = () => this.#enqueue(() => this.#connectOrRead());
  readonly #subscription: Disposable;

  constructor(runFolder: string, source: FeedSource, listener: FeedListener) {
    this.#file = new MetricsFile(path.join(runFolder, runFiles.metrics));
    this.#source = source;
    this.#listener = listener;
    this.#enqueue(() => this.#readAll());
    this.#subscription = source.onChange(this.#synchronise);
    watchFile(this.#file.path, { interval: watchInterval, persistent: false }, this.#synchronise);
    this.#synchronise();
  }

  dispose(): void {
    this.#disposed = true;
    unwatchFile(this.#file.path, this.#synchronise);
    this.#connection?.dispose();
    this.#subscription.dispose();
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
      return this.#readAll(limit);
    }
    this.#lastNotice = undefined;
    await this.#pass(this.#file.read(limit));
    if (limit !== undefined) this.#file.moveTo(limit);
  }

  async #readAll(limit?: number): Promise<void> {
    this.#lastNotice = undefined;
    this.#lastStep = Number.NEGATIVE_INFINITY;
    const mostSteps = await this.#file.mostSteps();
    if (this.#disposed) return;
    this.#listener.begin(mostSteps);
    try {
      await this.#pass(this.#file.readAll(limit));
      if (limit !== undefined) this.#file.moveTo(limit);
    } finally {
      if (!this.#disposed) this.#listener.complete();
    }
  }

  async #pass(pieces: AsyncIterable<MetricsPiece>): Promise<void> {
    for await (const piece of pieces) {
      if (this.#disposed) return;
      this.#lastStep = lastStepOf(piece, this.#lastStep);
      this.#listener.read(piece);
    }
  }

  #takesBack(batch: readonly RunEvent[]): boolean {
    return batch.some(event => event.type === 'resumed' && event.step < this.#lastStep);
  }

  #tell(batch: readonly RunEvent[]): void {
    const events = effectiveEvents(batch);
    for (const { step } of events) this.#lastStep = Math.max(this.#lastStep, step);
    if (events.length > 0) this.#listener.events(events);
  }
}

/** The greatest step that counts after a piece. */
function lastStepOf({ steps, others }: MetricsPiece, before: number): number {
  let last = before;
  let row = 0;
  for (const other of [...others, { row: steps.rows, event: undefined }]) {
    for (; row < other.row; row++) last = Math.max(last, steps.step[row] as number);
    const { event } = other;
    if (event) last = event.type === 'resumed' ? event.step : Math.max(last, event.step);
  }
  return last;
}
