// Measures how long the extension host takes to open a run of many steps, from the file to what the page is sent: with
// metrics.steps beside metrics.jsonl, as a trainer leaves it, and without. And what an update costs, and the second file.
// Run: npx esbuild test/bench/dashboard/open.ts --bundle --platform=node --format=esm --outfile=.build/bench/open.mjs
//      node .build/bench/open.mjs [steps, by default 1000000]
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunNews } from '../../../extension/contract/dashboard';
import { formatEvent } from '../../../extension/contract/metrics';
import { RunPublisher } from '../../../extension/host/dashboard/runPublisher';
import { type FeedListener, openRunFeed } from '../../../extension/host/runs/runFeed';
import { openStepIndexWriter } from '../../../extension/trainer/run/folder/stepIndexWriter';
import { longRun } from './longRun';

const steps = Number(process.argv[2] ?? 1_000_000);
const repetitions = 7;
const nobody = { connect: async () => undefined, onChange: () => ({ dispose() {} }) };
const runFolder = await mkdtemp(path.join(tmpdir(), 'open-'));
const events = longRun(steps + 1000);
const later = events.splice(steps + 1);

try {
  await writeMetrics();
  await writeSteps();
  // A host does not hold a million events.
  events.length = 0;
  await measureOpening('with metrics.steps');
  await rename(path.join(runFolder, 'metrics.steps'), path.join(runFolder, 'aside'));
  await measureOpening('without metrics.steps');
  await rename(path.join(runFolder, 'aside'), path.join(runFolder, 'metrics.steps'));
  await measureUpdates();
} finally {
  await rm(runFolder, { recursive: true, force: true });
}

async function writeMetrics(): Promise<void> {
  const file = createWriteStream(path.join(runFolder, 'metrics.jsonl'));
  for (let from = 0; from < events.length; from += 10_000) {
    const text = events
      .slice(from, from + 10_000)
      .map(formatEvent)
      .join('');
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  const { size } = await stat(file.path);
  console.log(`${steps.toLocaleString('en-US')} steps, ${(size / 1e6).toFixed(0)} MB`);
}

/** What the trainer's own writer makes of these events. */
async function writeSteps(): Promise<void> {
  const writer = await openStepIndexWriter(path.join(runFolder, 'metrics.steps'), 0);
  if (!writer) throw new Error(`${runFolder}: metrics.steps cannot be written.`);
  const lengths = events.map(event => Buffer.byteLength(formatEvent(event)));
  let end = 0;
  const { user } = process.cpuUsage();
  for (const [i, event] of events.entries()) {
    const start = end;
    end += lengths[i] ?? 0;
    writer.append(event, start, end);
    if (i % 20 === 0) await writer.flush(end);
  }
  await writer.close(end);
  const microseconds = process.cpuUsage().user - user;
  report('the second file, a step (20 a write)', [microseconds / 1000 / steps], 'ms');
}

async function measureOpening(title: string): Promise<void> {
  console.log(title);
  const laps: Record<'first' | 'all' | 'pause', number[]> = { first: [], all: [], pause: [] };
  for (let i = 0; i < repetitions; i++) {
    const pause = watchEventLoop();
    const begun = performance.now();
    const { publisher, complete, rows } = open();
    const { tables } = await publisher.snapshot();
    laps.first.push(performance.now() - begun);
    await complete(tables.steps.rows);
    laps.all.push(performance.now() - begun);
    laps.pause.push(pause());
    if (rows() !== steps) throw new Error(`${rows()} of ${steps} steps were told.`);
    publisher.dispose();
  }
  report('to what the first picture shows', laps.first);
  report('to the last step told', laps.all);
  report('longest turn of the event loop', laps.pause);
}

/** Ten events, as they come from a trainer, until the page is told of them. */
async function measureUpdates(): Promise<void> {
  const { publisher, complete, listener } = open();
  await complete((await publisher.snapshot()).tables.steps.rows);
  const laps: number[] = [];
  for (let from = 0; from + 10 <= later.length; from += 10) {
    const begun = performance.now();
    listener()?.events(later.slice(from, from + 10));
    laps.push(performance.now() - begun);
  }
  publisher.dispose();
  report('an update of ten steps', laps);
}

function open() {
  let told = 0;
  let done: () => void = () => {};
  const all = new Promise<void>(resolve => {
    done = resolve;
  });
  const count = (rows: number) => {
    told += rows;
    if (told >= steps) done();
  };
  let listener: FeedListener | undefined;
  const publisher = new RunPublisher(
    given => {
      listener = given;
      return openRunFeed(runFolder, nobody, given);
    },
    { append: (news: RunNews) => count(news.tables.steps.rows), reset: () => undefined },
  );
  return {
    publisher,
    listener: () => listener,
    rows: () => told,
    complete(rows: number) {
      count(rows);
      return all;
    },
  };
}

/** @returns ends the watch and tells the longest time between two turns of the event loop, in milliseconds */
function watchEventLoop(): () => number {
  let last = performance.now();
  let longest = 0;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    next = setImmediate(look);
  };
  let next = setImmediate(look);
  return () => {
    clearImmediate(next);
    return longest;
  };
}

function report(what: string, figures: readonly number[], unit = 'ms'): void {
  const sorted = [...figures].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? Number.NaN;
  const [best = Number.NaN] = sorted;
  console.log(
    `  ${what.padEnd(40)} best ${best.toFixed(3).padStart(9)} ${unit}, median ${median.toFixed(3).padStart(9)} ${unit}`,
  );
}
