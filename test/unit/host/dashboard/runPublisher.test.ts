import assert from 'node:assert/strict';
import type { RunNews } from '../../../../extension/contract/dashboard';
import type { RunEvent } from '../../../../extension/contract/events';
import { RunPublisher } from '../../../../extension/host/dashboard/runPublisher';
import { Emitter } from '../../../../extension/host/dispose';
import { started, steps } from './events';

class FakeFeed {
  readonly events: readonly RunEvent[];
  readonly #batches = new Emitter<readonly RunEvent[]>();
  readonly #resets = new Emitter<readonly RunEvent[]>();
  readonly onEvents = this.#batches.event;
  readonly onReset = this.#resets.event;
  isDisposed = false;

  constructor(events: readonly RunEvent[]) {
    this.events = events;
  }

  tell(batch: readonly RunEvent[]): void {
    this.#batches.fire(batch);
  }

  reset(events: readonly RunEvent[]): void {
    this.#resets.fire(events);
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

function publish(feed: FakeFeed) {
  const told: RunNews[] = [];
  const counts = { resets: 0 };
  const publisher = new RunPublisher(feed, {
    append: news => told.push(news),
    reset: () => {
      counts.resets += 1;
    },
  });
  return { publisher, told, counts };
}

function stepsOf(news: readonly RunNews[]): number[] {
  return news.flatMap(({ tables }) => [...tables.steps.step]);
}

describe('telling a page about a run', () => {
  it('gives everything once, then every later point once', async () => {
    const feed = new FakeFeed([started, ...steps(1, 50)]);
    const { publisher, told } = publish(feed);
    const snapshot = await publisher.snapshot();
    assert.equal(snapshot.tables.steps.rows, 50);
    feed.tell(steps(51, 52));
    feed.tell(steps(53, 53));
    assert.equal((await publisher.snapshot()).tables.steps.rows, 53);
    assert.deepEqual(stepsOf(told), [51, 52, 53]);
  });

  it('misses nothing that comes while a long history is being read', async () => {
    const feed = new FakeFeed([started, ...steps(1, 60_000)]);
    const { publisher, told } = publish(feed);
    const waiting = publisher.snapshot();
    feed.tell(steps(60_001, 60_010));
    const snapshot = await waiting;
    assert.equal(snapshot.tables.steps.rows + stepsOf(told).length, 60_010);
  });

  it('tells a hidden page nothing, and all of it when it is back', async () => {
    const feed = new FakeFeed([started, ...steps(1, 5)]);
    const { publisher, told } = publish(feed);
    await publisher.snapshot();
    publisher.silence();
    feed.tell(steps(6, 9));
    assert.equal((await publisher.snapshot()).tables.steps.rows, 9);
    assert.deepEqual(told, []);
  });

  it('asks for a new snapshot when a resume takes points back', async () => {
    const feed = new FakeFeed([started, ...steps(1, 20)]);
    const { publisher, told, counts } = publish(feed);
    await publisher.snapshot();
    feed.reset([started, ...steps(1, 10)]);
    feed.tell(steps(11, 12));
    assert.equal(counts.resets, 1);
    assert.deepEqual([...(await publisher.snapshot()).tables.steps.step].slice(-3), [10, 11, 12]);
    assert.deepEqual(told, []);
  });

  it('lets the feed go when the panel is closed', async () => {
    const feed = new FakeFeed([started]);
    const { publisher } = publish(feed);
    await publisher.snapshot();
    publisher.dispose();
    assert.equal(feed.isDisposed, true);
  });
});
