import assert from 'node:assert/strict';
import type { RunNews } from '../../../../extension/contract/dashboard';
import type { RunEvent } from '../../../../extension/contract/events';
import { formatEvent } from '../../../../extension/contract/metrics';
import { MetricsScanner } from '../../../../extension/contract/metricsPiece';
import { RunPublisher } from '../../../../extension/host/dashboard/runPublisher';
import type { FeedListener } from '../../../../extension/host/runs/runFeed';
import { at, started, steps, validated } from './events';

/** Tells what it is given, as lines of the file or as a trainer's batches. */
class FakeFeed {
  isDisposed = false;
  #listener: FeedListener | undefined;
  readonly #scanner = new MetricsScanner();

  open(listener: FeedListener, events: readonly RunEvent[] | undefined) {
    this.#listener = listener;
    if (events) queueMicrotask(() => this.tellAll(events));
    return {
      dispose: () => {
        this.isDisposed = true;
      },
    };
  }

  tellAll(events: readonly RunEvent[]): void {
    this.begin();
    this.read(events);
    this.complete();
  }

  begin(): void {
    this.#listener?.begin(0);
  }

  read(events: readonly RunEvent[]): void {
    this.#scanner.clear();
    this.#scanner.scan(Buffer.from(events.map(formatEvent).join('')), 0);
    this.#listener?.read(this.#scanner);
  }

  complete(): void {
    this.#listener?.complete();
  }

  tell(batch: readonly RunEvent[]): void {
    this.#listener?.events(batch);
  }
}

function publish(events?: readonly RunEvent[]) {
  const feed = new FakeFeed();
  const told: RunNews[] = [];
  let tellNext: () => void = () => {};
  const counts = { resets: 0 };
  const publisher = new RunPublisher(listener => feed.open(listener, events), {
    append(news) {
      told.push(news);
      tellNext();
    },
    reset: () => {
      counts.resets += 1;
    },
  });
  const more = () =>
    new Promise<void>(resolve => {
      tellNext = resolve;
    });
  return { feed, publisher, told, counts, more };
}

function stepsOf(news: readonly RunNews[]): number[] {
  return news.flatMap(({ tables }) => [...tables.steps.step]);
}

describe('telling a page about a run', () => {
  it('gives everything once, then every later point once', async () => {
    const { feed, publisher, told } = publish([started, ...steps(1, 50)]);
    const snapshot = await publisher.snapshot();
    assert.equal(snapshot.tables.steps.rows, 50);
    feed.tell(steps(51, 52));
    feed.tell(steps(53, 53));
    assert.equal((await publisher.snapshot()).tables.steps.rows, 53);
    assert.deepEqual(stepsOf(told), [51, 52, 53]);
  });

  it('misses nothing that comes while a long history is being read', async () => {
    const { feed, publisher, told } = publish();
    feed.begin();
    feed.read([started, ...steps(1, 5000)]);
    const waiting = publisher.snapshot();
    feed.read(steps(5001, 10_000));
    feed.complete();
    feed.tell(steps(10_001, 10_010));
    const snapshot = await waiting;
    feed.tell(steps(10_011, 10_020));
    assert.deepEqual(
      [...snapshot.tables.steps.step, ...stepsOf(told)],
      Array.from({ length: 10_020 }, (_, i) => i + 1),
    );
  });

  it('tells figures that add no row: the test measurement at the end', async () => {
    const { feed, publisher, told } = publish([started, ...steps(1, 5)]);
    await publisher.snapshot();
    const test = { ...validated(5, 0.8), split: 'test' } as RunEvent;
    feed.tell([test]);
    assert.deepEqual(told.at(-1)?.test, test);
  });

  it('tells a hidden page nothing, and all of it when it is back', async () => {
    const { feed, publisher, told } = publish([started, ...steps(1, 5)]);
    await publisher.snapshot();
    publisher.silence();
    feed.tell(steps(6, 9));
    assert.equal((await publisher.snapshot()).tables.steps.rows, 9);
    assert.deepEqual(told, []);
  });

  it('asks for a new snapshot when a resume takes points back', async () => {
    const { feed, publisher, told, counts } = publish([started, ...steps(1, 20)]);
    await publisher.snapshot();
    feed.tellAll([started, ...steps(1, 10)]);
    feed.tell(steps(11, 12));
    assert.equal(counts.resets, 1);
    assert.deepEqual([...(await publisher.snapshot()).tables.steps.step].slice(-3), [10, 11, 12]);
    assert.deepEqual(told, []);
  });

  it('tells a long history in several messages, none of them large', async () => {
    const { publisher, told, more } = publish([started, ...steps(1, 100_000)]);
    const first = (await publisher.snapshot()).tables.steps.rows;
    while (first + stepsOf(told).length < 100_000) await more();
    const sizes = [first, ...told.map(({ tables }) => tables.steps.rows)];
    assert.ok(Math.max(...sizes) <= 65_536, String(sizes));
    assert.deepEqual(
      stepsOf(told),
      Array.from({ length: 100_000 - first }, (_, i) => first + i + 1),
    );
  });

  it('shows what has been read of a history that takes long to read, and then the rest', async () => {
    const { feed, publisher, told, more } = publish();
    feed.begin();
    feed.read([started, ...steps(1, 10)]);
    assert.equal((await publisher.snapshot()).tables.steps.rows, 10);
    const next = more();
    feed.read(steps(11, 20));
    feed.complete();
    await next;
    assert.deepEqual(
      stepsOf(told),
      Array.from({ length: 10 }, (_, i) => i + 11),
    );
  });

  it('asks for a new snapshot when what it reads takes back points that the page has', async () => {
    const { feed, publisher, told, counts } = publish([started, ...steps(1, 20)]);
    await publisher.snapshot();
    feed.read([{ type: 'resumed', engine: 'wasm', device: 'd', ...at(15) }, ...steps(16, 17)]);
    assert.equal(counts.resets, 1);
    assert.deepEqual([...(await publisher.snapshot()).tables.steps.step].slice(-3), [15, 16, 17]);
    assert.deepEqual(told, []);
  });

  it('lets the feed go when the panel is closed', async () => {
    const { feed, publisher } = publish([started]);
    await publisher.snapshot();
    publisher.dispose();
    assert.equal(feed.isDisposed, true);
  });
});
