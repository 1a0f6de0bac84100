import type { RunNews } from '../../contract/dashboard';
import type { RunEvent } from '../../contract/events';
import type { RunFeed } from '../runs';
import { type Bookmark, beginning, RunHistory } from './runHistory';

/** Events put into columns before other work of the extension host gets its turn: about 5 ms. */
const eventsATurn = 20_000;

/**
 * Keeps one run's history and tells a page about it: everything once (`snapshot`), then only what is new. A page that is
 * hidden or has been reloaded is told nothing until it asks for a snapshot again.
 */
export class RunPublisher {
  #history = new RunHistory();
  #told: Bookmark | undefined;
  #loading: Promise<void>;
  readonly #subscriptions: readonly { dispose(): void }[];
  readonly #feed: RunFeed;
  readonly #listener: { append(news: RunNews): void; reset(): void };

  /** `listener.reset` asks for another snapshot: a resume has taken events back. */
  constructor(feed: RunFeed, listener: { append(news: RunNews): void; reset(): void }) {
    this.#feed = feed;
    this.#listener = listener;
    this.#loading = this.#load(feed.events);
    this.#subscriptions = [
      feed.onEvents(batch => this.#append(batch)),
      feed.onReset(events => {
        this.#told = undefined;
        this.#loading = this.#load(events);
        listener.reset();
      }),
    ];
  }

  /** All there is; from now on the listener gets what is new. */
  async snapshot(): Promise<RunNews> {
    let loading: Promise<void>;
    do {
      loading = this.#loading;
      await loading;
    } while (loading !== this.#loading);
    this.#told = this.#history.bookmark();
    return this.#history.since(beginning);
  }

  /** The page is gone: it gets nothing until the next snapshot. */
  silence(): void {
    this.#told = undefined;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#feed.dispose();
    this.silence();
  }

  #append(batch: readonly RunEvent[]): void {
    const history = this.#history;
    // Batches that come while the beginning is still being read wait for it.
    this.#loading = this.#loading.then(() => {
      if (history !== this.#history) return;
      history.append(batch);
      if (!this.#told) return;
      const news = history.since(this.#told);
      this.#told = history.bookmark();
      this.#listener.append(news);
    });
  }

  async #load(events: readonly RunEvent[]): Promise<void> {
    const history = new RunHistory();
    this.#history = history;
    const count = events.length;
    for (let from = 0; from < count && history === this.#history; from += eventsATurn) {
      history.append(events.slice(from, Math.min(count, from + eventsATurn)));
      await new Promise<void>(resolve => setImmediate(resolve));
    }
  }
}
