import type { Browser, CDPSession, Page } from 'playwright-core';
import { beginning, RunHistory } from '../../../extension/host/dashboard/runHistory';
import { PageServer } from '../../ui/pages/harness';
import { dashboardSnapshot, readEvents, running } from '../../ui/pages/snapshots';
import { launchBrowser } from '../../vscode/browser';
import { longRun } from './longRun';

/**
 * Measures the dashboard on runs with many points, on this machine: how long the page takes from the host's snapshot to the
 * first picture, and what a frame costs while events come and while one points, pans and smooths. A sixtieth of a second is
 * 16.7 ms. Figures are processor time of the main thread.
 */
async function main(): Promise<void> {
  const server = await PageServer.start();
  const browser = await launchBrowser();
  try {
    for (const steps of [100_000, 1_000_000]) await measure(steps, server, browser);
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function measure(steps: number, server: PageServer, browser: Browser): Promise<void> {
  console.log(`\n${steps.toLocaleString('en-US')} steps, 10 figures each`);
  const events = longRun(steps);
  const history = new RunHistory();
  report(
    'host: events to columns',
    processorTime(() => history.append(events)),
  );
  report(
    'host: snapshot',
    processorTime(() => history.since(beginning)),
  );

  const page = await server.open(browser, 'dashboard', { width: 1200, height: 900 });
  const snapshot = await dashboardSnapshot('taylor', {
    address: server.address,
    events: await readEvents('taylor'),
    state: running,
  });
  await page.evaluate(makeLongSnapshot, {
    text: JSON.stringify({ ...snapshot, news: { ...snapshot.news, tables: undefined } }),
    steps,
  });
  const clock = await PageClock.start(page);
  const wall = await page.evaluate(hydrate);
  reportLap('page: snapshot to first picture', await clock.lap(), 1);
  report('  the same on the wall clock', wall);
  for (const [name, action] of Object.entries(actions)) {
    await clock.lap();
    await page.evaluate(repeat, { source: action, frames: framesMeasured });
    reportLap(`page: a frame while ${name}`, await clock.lap(), framesMeasured);
  }
  await page.close();
}

const framesMeasured = 120;

/** Milliseconds of processor time that `work` takes: other programs on the machine do not count. */
function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

interface Lap {
  /** Our code and the libraries'. */
  readonly script: number;
  /** With layout and, where there is no GPU, the drawing on canvases. */
  readonly all: number;
}

/** Processor time of a page's main thread, where scripts, layout and drawing on canvases happen. */
class PageClock {
  readonly #session: CDPSession;
  #last: Lap = { script: 0, all: 0 };

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  static async start(page: Page): Promise<PageClock> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const clock = new PageClock(session);
    await clock.lap();
    return clock;
  }

  /** Milliseconds since the last lap. */
  async lap(): Promise<Lap> {
    const { metrics } = await this.#session.send('Performance.getMetrics');
    const total = (metric: string) => (metrics.find(({ name }) => name === metric)?.value ?? 0) * 1000;
    const now = { script: total('ScriptDuration'), all: total('TaskDuration') };
    const passed = { script: now.script - this.#last.script, all: now.all - this.#last.all };
    this.#last = now;
    return passed;
  }
}

/** What a user does, once a frame. */
const actions: Readonly<Record<string, string>> = {
  'nothing happens': '() => {}',
  pointing: `i => {
    const frame = document.querySelector('.chart-frame');
    const { left, top, width } = frame.getBoundingClientRect();
    frame.querySelector('canvas').dispatchEvent(new PointerEvent('pointermove', {
      bubbles: true, clientX: left + 80 + (i * 3) % (width - 120), clientY: top + 60,
    }));
  }`,
  panning: `i => {
    const frame = document.querySelector('.chart-frame');
    if (i === 0) for (let n = 0; n < 3; n++) frame.dispatchEvent(new KeyboardEvent('keydown', { key: '+' }));
    frame.dispatchEvent(new KeyboardEvent('keydown', { key: i % 40 < 20 ? 'ArrowRight' : 'ArrowLeft', shiftKey: true }));
  }`,
  'moving the smoothing': `i => {
    const slider = document.querySelector('input[type=range]');
    slider.value = String(30 + (i % 40));
    slider.dispatchEvent(new Event('input'));
  }`,
  'events come': `i => window.appendSteps(10)`,
};

/** Runs in the page: does something once a frame. */
async function repeat({ source, frames }: { source: string; frames: number }): Promise<void> {
  const act = new Function(`return ${source}`)() as (i: number) => void;
  for (let i = 0; i < frames; i++) {
    act(i);
    await new Promise(requestAnimationFrame);
  }
}

/** Runs in the page: columns of a long run, made there because they would not fit through the test's line. */
function makeLongSnapshot({ text, steps }: { text: string; steps: number }): void {
  const names = [
    'total',
    'zeroth',
    'natural',
    'robust',
    'first',
    'second',
    'learningRate',
    'cleanAccuracy',
    'robustAccuracy',
    'imagesPerSecond',
  ];
  const stepsPerEpoch = steps / 100;
  const rows = (from: number, count: number) => ({
    rows: count,
    step: Float64Array.from({ length: count }, (_, i) => from + i + 1),
    seconds: Float64Array.from({ length: count }, (_, i) => (from + i) * 0.05),
    figures: Object.fromEntries(
      names.map((name, n) => [
        name,
        Float32Array.from(
          { length: count },
          (_, i) =>
            0.5 + 0.3 * Math.exp((-3 * (from + i)) / steps) + 0.1 * Math.sin((from + i) * (n + 1) * 12.9898),
        ),
      ]),
    ),
  });
  const empty = { rows: 0, step: new Float64Array(), seconds: new Float64Array(), figures: {} };
  const snapshot = JSON.parse(text);
  const tables = { epochs: empty, validation: empty, sharpness: empty };
  snapshot.news.tables = { ...tables, steps: rows(0, steps) };
  snapshot.news.facts = { ...snapshot.news.facts, stepsPerEpoch, totalSteps: 2 * steps };
  let done = steps;
  Object.assign(window, {
    snapshot,
    appendSteps: (count: number) => {
      const news = {
        ...snapshot.news,
        examples: [],
        messages: [],
        tables: { ...tables, steps: rows(done, count) },
      };
      done += count;
      window.dispatchEvent(new MessageEvent('message', { data: { method: 'append', argument: news } }));
    },
  });
}

/** Runs in the page: milliseconds from posting the snapshot, copied as between processes, to the picture on the screen. */
async function hydrate(): Promise<number> {
  const { snapshot } = window as unknown as { snapshot: unknown };
  const begun = performance.now();
  window.postMessage({ method: 'hydrate', argument: snapshot }, '*');
  const nextFrame = () => new Promise(requestAnimationFrame);
  const isDrawn = () => document.querySelectorAll('.legend-value:not(:empty)').length >= 8;
  while (!isDrawn()) await nextFrame();
  await nextFrame();
  return performance.now() - begun;
}

function reportLap(name: string, { script, all }: Lap, count: number): void {
  report(name, script / count);
  report('  with layout and drawing', all / count);
}

function report(name: string, milliseconds: number): void {
  console.log(`  ${name.padEnd(44)} ${milliseconds.toFixed(2).padStart(9)} ms`);
}

await main();
