import type { RunEvent } from '../../../contract/events';

/** Milliseconds between messages: a message costs about as much as a hundred events, whatever it holds. */
export const messageInterval = 200;

/** Events kept for a subscriber that does not read: some megabytes. Then it is dropped, and may subscribe again. */
export const mostPending = 10_000;

export interface SubscriberConnection {
  sendEvents(batch: readonly RunEvent[]): Promise<void>;
  sendPaused(isPaused: boolean): Promise<void>;
  drop(): void;
}

/** One window that watches the run. Telling it something costs a push to a list; sending happens between two steps. */
export class Subscriber {
  readonly #connection: SubscriberConnection;
  #pending: RunEvent[] = [];
  #paused: boolean | undefined;
  #subscribed = false;
  #held = false;
  #sending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: SubscriberConnection) {
    this.#connection = connection;
  }

  /** Collects from now on; sends nothing until `release`. */
  subscribe(): void {
    this.#subscribed = true;
    this.#held = true;
    this.#pending = [];
  }

  release(): void {
    this.#held = false;
    this.#schedule();
  }

  tell(event: RunEvent): void {
    if (!this.#subscribed) return;
    this.#pending.push(event);
    if (this.#pending.length > mostPending) this.drop();
    else this.#schedule();
  }

  tellPaused(isPaused: boolean): void {
    if (!this.#subscribed) return;
    this.#paused = isPaused;
    this.#schedule();
  }

  /** Sends what is left, at once. */
  async finish(): Promise<void> {
    await this.#sending;
    await this.#send();
  }

  drop(): void {
    this.#subscribed = false;
    this.#pending = [];
    clearTimeout(this.#timer);
    this.#connection.drop();
  }

  #schedule(): void {
    const idle = this.#pending.length === 0 && this.#paused === undefined;
    if (idle || this.#held || this.#timer || this.#sending) return;
    this.#timer = setTimeout(() => {
      this.#sending = this.#send().finally(() => {
        this.#sending = undefined;
        this.#schedule();
      });
    }, messageInterval);
  }

  /** The next message waits until this one has been taken, so that a stalled connection holds one message and the list. */
  async #send(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#pending;
    const paused = this.#paused;
    this.#pending = [];
    this.#paused = undefined;
    try {
      if (batch.length > 0) await this.#connection.sendEvents(batch);
      if (paused !== undefined) await this.#connection.sendPaused(paused);
    } catch {
      this.drop();
    }
  }
}
