import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunEvent } from '../../../../extension/contract/events';
import { effectiveEvents, formatEvent } from '../../../../extension/contract/metrics';
import type { MetricsPiece } from '../../../../extension/contract/metricsPiece';
import type { Disposable } from '../../../../extension/host/dispose';
import { LiveRuns } from '../../../../extension/host/runs/liveRuns';
import { type FeedListener, type FeedSource, openRunFeed } from '../../../../extension/host/runs/runFeed';
import { integers } from '../../../../extension/trainer/random/draws';
import { rootKey } from '../../../../extension/trainer/random/key';
import {
  connectTo,
  eventsIn,
  killTrainerOf,
  listenTo,
  recordOf,
  resumeRun,
  startTinyRun,
  trainerGone,
} from '../../support/liveTrainer';

/** What a page has after taking everything the feed tells: of a step that was read, its number. */
class Follower {
  events: Told[] = [];
  beginnings = 0;
  readonly #feed: Disposable;
  #changed: () => void = () => {};

  constructor(open: (listener: FeedListener) => Disposable) {
    this.#feed = open({
      begin: () => {
        this.events = [];
        this.beginnings++;
      },
      read: piece => this.#take(eventsOf(piece)),
      complete: () => this.#changed(),
      events: batch => this.#take(batch),
    });
  }

  #take(events: readonly Told[]): void {
    for (const event of events) {
      if (event.type === 'resumed') this.events = this.events.filter(({ step }) => step <= event.step);
      this.events.push(brief(event));
    }
    this.#changed();
  }

  async until(fits: (events: readonly Told[]) => boolean): Promise<void> {
    while (!fits(this.events)) {
      await new Promise<void>(resolve => {
        this.#changed = resolve;
      });
    }
  }

  dispose(): void {
    this.#feed.dispose();
  }
}

type Told = Pick<RunEvent, 'type' | 'step'> & { readonly text?: string };

function brief({ type, step, text }: Told): Told {
  return { type, step, ...(text === undefined ? {} : { text }) };
}

function eventsOf({ steps, others }: MetricsPiece): Told[] {
  const told: Told[] = [];
  for (let row = 0; row <= steps.rows; row++) {
    told.push(...others.filter(other => other.row === row).map(({ event }) => event));
    if (row < steps.rows) told.push({ type: 'step', step: steps.step[row] ?? Number.NaN });
  }
  return told;
}

const hasEnded = (events: readonly Told[]) => events.at(-1)?.type === 'ended';

describe('the feed of a run', () => {
  let folder: string;
  let run: string | undefined;
  let live: LiveRuns;
  const followers: Follower[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-feed-'));
    live = new LiveRuns();
  });

  afterEach(async () => {
    for (const follower of followers.splice(0)) follower.dispose();
    live.dispose();
    if (run !== undefined) await killTrainerOf(run);
    run = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  function follow(runFolder: string, source: FeedSource = sourceOf(runFolder)): Follower {
    const follower = new Follower(listener => openRunFeed(runFolder, source, listener));
    followers.push(follower);
    return follower;
  }

  function sourceOf(runFolder: string): FeedSource {
    return {
      connect: () => live.connect(runFolder),
      onChange: listener => live.onDidChange(changed => changed === runFolder && listener()),
    };
  }

  it('has every event once, in order, whenever a window connects', async () => {
    run = await startTinyRun(folder);
    await live.look(run);
    const connection = await connectTo(run);
    const told = listenTo(connection);
    await connection.control.subscribe();
    let count = 0;
    for (const more of integers(rootKey(3), 6, 9)) {
      count += 1 + more;
      while (told.events.length < count) await told.next();
      follow(run);
    }
    await told.next();
    await connection.control.stop();
    await Promise.all(followers.map(follower => follower.until(hasEnded)));
    const written = effectiveEvents(await eventsIn(run)).map(brief);
    for (const follower of followers) {
      assert.deepEqual(follower.events, written);
      assert.equal(follower.beginnings, 1);
    }
  });

  it('misses and doubles nothing when its line is cut again and again', async () => {
    run = await startTinyRun(folder);
    await live.look(run);
    const runFolder = run;
    let cuts = 0;
    let enough = () => {};
    const cutEnough = new Promise<void>(resolve => {
      enough = resolve;
    });
    const follower = follow(run, {
      ...sourceOf(run),
      async connect() {
        const connection = await live.connect(runFolder);
        connection?.onEvents(() => {
          if (cuts === 8) return enough();
          cuts++;
          connection.dispose();
        });
        return connection;
      },
    });
    await cutEnough;
    await (await connectTo(run)).control.stop();
    await follower.until(hasEnded);
    assert.deepEqual(follower.events, effectiveEvents(await eventsIn(run)).map(brief));
    assert.equal(follower.beginnings, 1);
  });

  it('takes back what a killed trainer told, once it is resumed', async () => {
    run = await startTinyRun(folder, { checkpoint: { everySteps: 4, everyMinutes: 0 } });
    await live.look(run);
    const follower = follow(run);
    await follower.until(events => (events.at(-1)?.step ?? 0) > 6);
    await killTrainerOf(run);
    await live.look(run);
    assert.equal((await recordOf(run)).status, 'interrupted');
    await resumeRun(run);
    await live.look(run);
    await follower.until(events => events.some(({ type }) => type === 'resumed'));
    const resumedAt = follower.events.length;
    await follower.until(events => events.length > resumedAt + 5);
    const connection = await connectTo(run);
    await connection.control.stop();
    await follower.until(hasEnded);
    assert.deepEqual(follower.events, effectiveEvents(await eventsIn(run)).map(brief));
    await trainerGone(run);
  });

  it('follows the file alone where there is no line to a trainer, torn lines and all', async () => {
    const nobody: FeedSource = { connect: async () => undefined, onChange: () => ({ dispose() {} }) };
    const file = path.join(folder, 'metrics.jsonl');
    const step = (number: number) =>
      ({ type: 'message', level: 'info', text: `${number}`, step: number, epoch: 0, time: '' }) as const;
    await writeFile(file, `${formatEvent(step(1))}{"type":"step","st`);
    const follower = follow(folder, nobody);
    await follower.until(events => events.length === 1);
    assert.deepEqual(follower.events, [brief(step(1))]);
    await appendFile(file, `\n${formatEvent(step(2))}${formatEvent(step(3)).trimEnd()}`);
    await follower.until(events => events.length === 3);
    const resumed = { type: 'resumed', engine: 'cpu', device: 'this', step: 2, epoch: 0, time: '' } as const;
    await appendFile(file, `\n${formatEvent(resumed)}${formatEvent(step(4))}`);
    await follower.until(events => events.length === 4);
    assert.deepEqual(follower.events, [step(1), step(2), resumed, step(4)].map(brief));
    assert.equal(follower.beginnings, 1);
  });
});
