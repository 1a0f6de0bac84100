import type { RunNews } from '../../contract/dashboard';
import type { RunEvent } from '../../contract/events';
import type { MetricsPiece } from '../../contract/metricsPiece';
import type { Disposable } from '../dispose';
import type { FeedListener } from '../runs';
import { type Bookmark, beginning, RunHistory } from './runHistory';

/** Steps told in one message: some megabytes, which take the extension host a few milliseconds to send. */
const stepsAMessage = 65_536;

/** How long a first picture waits for a history that is still being read, and how often it then grows; milliseconds. */
const patience = 100;

/**
 * Keeps one run's history and tells a page about it: the beginning of it (`snapshot`), then the rest and what is new. A page
 * that is hidden or has been reloaded is told nothing until it asks for a snapshot again.
 */
export class RunPublisher {
  #history = new RunHistory();
  #lossesTold = 0;
  #told: Bookmark | undefined;
  #isComplete = false;
  #ready = new Signal();
  #patienceTimer: NodeJS.Timeout | undefined;
  #tellTimer: NodeJS.Timeout | undefined;
  readonly #feed: Disposable;
  readonly #listener: { append(news: RunNews): void; reset(): void };

  /** `listener.reset` asks for another snapshot: a resume has taken events back. */
  constructor(
    openFeed: (listener: FeedListener) => Disposable,
    listener: { append(news: RunNews): void; reset(): void },
  ) {
    this.#listener = listener;
    this.#feed = openFeed({
      begin: mostSteps => this.#begin(mostSteps),
      read: piece => this.#read(piece),
      complete: () => this.#complete(),
      events: batch => this.#events(batch),
    });
  }

  /** Returns when a snapshot has something to tell: all that is written, or what was read of it in a tenth of a second. */
  async ready(): Promise<void> {
    while (!this.#ready.isGiven) await this.#ready.given;
  }

  /** What there is, or of a long history the beginning; from now on the listener gets what comes after it. */
  async snapshot(): Promise<RunNews> {
    await this.ready();
    this.#told = undefined;
    this.#lossesTold = this.#history.losses;
    const news = this.#next(beginning);
    this.#tellRestLater();
    return news;
  }

  /** The page is gone: it gets nothing until the next snapshot. */
  silence(): void {
    this.#told = undefined;
    clearTimeout(this.#tellTimer);
    this.#tellTimer = undefined;
  }

  dispose(): void {
    this.#feed.dispose();
    clearTimeout(this.#patienceTimer);
    this.silence();
  }

  #begin(mostSteps: number): void {
    const isAnew = this.#told !== undefined;
    this.silence();
    this.#history = new RunHistory(mostSteps);
    this.#isComplete = false;
    if (this.#ready.isGiven) this.#ready = new Signal();
    clearTimeout(this.#patienceTimer);
    this.#patienceTimer = setTimeout(() => this.#ready.give(), patience);
    if (isAnew) this.#listener.reset();
  }

  #read(piece: MetricsPiece): void {
    this.#history.appendPiece(piece);
    this.#changed();
  }

  #complete(): void {
    clearTimeout(this.#patienceTimer);
    clearTimeout(this.#tellTimer);
    this.#tellTimer = undefined;
    this.#isComplete = true;
    this.#ready.give();
    this.#changed();
  }

  #events(batch: readonly RunEvent[]): void {
    this.#history.append(batch);
    this.#changed();
  }

  #changed(): void {
    if (!this.#told) return;
    if (this.#history.losses !== this.#lossesTold) {
      this.silence();
      this.#listener.reset();
    } else if (!this.#isComplete) this.#tellLater(patience);
    else if (this.#tellTimer === undefined) this.#tell();
  }

  #tellLater(milliseconds: number): void {
    this.#tellTimer ??= setTimeout(() => {
      this.#tellTimer = undefined;
      this.#tell();
    }, milliseconds);
  }

  /** Tells one message's worth, and the rest when other work of the extension host has had its turn. */
  #tell(): void {
    const told = this.#told;
    if (!told || isSame(told, this.#history.bookmark())) return;
    this.#listener.append(this.#next(told));
    this.#tellRestLater();
  }

  #tellRestLater(): void {
    if (this.#told && this.#told.steps < this.#history.bookmark().steps) this.#tellLater(0);
  }

  #next(from: Bookmark): RunNews {
    const now = this.#history.bookmark();
    const steps = Math.min(now.steps, from.steps + stepsAMessage);
    this.#told = { ...now, steps };
    return this.#history.since(from, steps);
  }
}

function isSame(one: Bookmark, other: Bookmark): boolean {
  return (Object.keys(one) as (keyof Bookmark)[]).every(part => one[part] === other[part]);
}

/** A promise that is kept by hand. */
class Signal {
  isGiven = false;
  give: () => void = () => {};
  readonly given: Promise<void>;

  constructor() {
    this.given = new Promise(resolve => {
      this.give = () => {
        this.isGiven = true;
        resolve();
      };
    });
  }
}
