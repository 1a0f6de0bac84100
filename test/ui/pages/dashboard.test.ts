import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { RunEvent } from '../../../extension/contract/events';
import { beginning, RunHistory } from '../../../extension/host/dashboard/runHistory';
import { readDashboardView } from '../../../webview/dashboard/viewState';
import { useBrowserPages } from './browserPages';
import { type Said, saidBy, tell } from './harness';
import { dashboardSnapshot, readEvents, running } from './snapshots';
import { themes } from './themes';

describe('the dashboard page', () => {
  const pages = useBrowserPages();

  async function openRun(
    options: Parameters<typeof pages.open>[1] = {},
    events?: readonly RunEvent[],
  ): Promise<Page> {
    const page = await pages.open('dashboard', options);
    const live = events ? { events, state: running } : {};
    await tell(page, 'hydrate', await dashboardSnapshot('taylor', { address: pages.address, ...live }));
    await page.waitForSelector('body[data-hydrated]');
    await drawn(page);
    return page;
  }

  it('asks for the run as soon as it shows, and then shows its figures', async () => {
    const page = await openRun();
    assert.equal((await saidBy(page))[0]?.method, 'ready');
    assert.equal(await page.textContent('h1'), 'mnist-quickstart');
    assert.equal(await page.textContent('.status'), 'Finished');
    assert.deepEqual(await page.locator('.robustAccuracy td').allTextContents(), [
      '86.6 %',
      '86.6 %',
      '89.5 %',
    ]);
    assert.match((await page.textContent('.device')) ?? '', /wasm engine · .* · 25,410 parameters/);
  });

  it('goes on with what the host tells, without a new snapshot', async () => {
    const events = await readEvents('taylor');
    const page = await openRun({}, events.slice(0, 150));
    const before = await picture(page, 'Loss');
    const history = new RunHistory();
    history.append(events.slice(0, 150));
    const bookmark = history.bookmark();
    history.append(events.slice(150, 260));
    await tell(page, 'append', history.since(bookmark));
    const step = history.since(beginning).tables.steps.step.at(-1);
    await page.waitForFunction(
      text => document.querySelector('.facts')?.textContent?.includes(text),
      `${step} of 240`,
    );
    await drawn(page);
    assert.notEqual(await picture(page, 'Loss'), before, 'the curves have moved');
  });

  it('offers what can be done with a live run, and tells the host', async () => {
    const page = await openRun({}, (await readEvents('taylor')).slice(0, 150));
    assert.deepEqual(await visibleButtons(page), ['Pause', 'Checkpoint', 'Stop', 'Evaluate…', 'Landscape…']);
    for (const name of ['Pause', 'Checkpoint', 'Stop']) await page.click(`vscode-button:has-text("${name}")`);
    await tell(page, 'state', { ...running, paused: true });
    await page.waitForSelector('.status:has-text("Paused")');
    assert.deepEqual(await visibleButtons(page), [
      'Continue',
      'Checkpoint',
      'Stop',
      'Evaluate…',
      'Landscape…',
    ]);
    await page.click('vscode-button:has-text("Continue")');
    assert.deepEqual(methods(await saidBy(page)), ['ready', 'pause', 'checkpoint', 'stop', 'unpause']);
  });

  it('offers to resume a run that was interrupted, and to edit its config', async () => {
    const page = await openRun();
    await tell(page, 'state', { status: 'failed', live: false, paused: false, reason: 'Out of memory.' });
    await page.waitForSelector('.reason:has-text("Out of memory.")');
    assert.deepEqual(await visibleButtons(page), ['Resume', 'Evaluate…', 'Landscape…', 'Edit and run again']);
    await page.click('vscode-button:has-text("Resume")');
    await page.click('vscode-button:has-text("Edit and run again")');
    assert.deepEqual(methods(await saidBy(page)), ['ready', 'resume', 'editAndRunAgain']);
  });

  it('leads to the loss landscape', async () => {
    const page = await openRun();
    await page.click('vscode-button:has-text("Landscape…")');
    assert.deepEqual(methods(await saidBy(page)), ['ready', 'lossLandscape']);
  });

  it('remembers how one looks: smoothing, axis, layout, series', async () => {
    const page = await openRun();
    await page.fill('input[type=range] >> nth=0', '0');
    await page.click('.toolbar button:has-text("Time")');
    await page.click('.choice button:has-text("Stacked")');
    await page.click('section[aria-label="Accuracy"] .legend-entry:has-text("Clean, training")');
    const view = (await saidBy(page)).findLast(({ method }) => method === 'viewState')?.argument;
    assert.deepEqual(view, {
      board: {
        smoothing: { kind: 'exponential', strength: 0 },
        xAxis: 'time',
        zoom: undefined,
        logarithmic: [],
        toggled: ['accuracy/trainingClean'],
      },
      lossLayout: 'stacked',
    });
    const other = await pages.open('dashboard');
    const snapshot = await dashboardSnapshot('taylor', { address: pages.address });
    await tell(other, 'hydrate', { ...snapshot, viewState: view });
    await other.waitForSelector('.choice button[aria-pressed=true]:has-text("Stacked")');
    await other.waitForSelector('.choice button[aria-pressed=true]:has-text("Time")');
    await other.waitForSelector('.legend-entry[aria-pressed=false]:has-text("Clean, training")');
  });

  it('comes back after a reload as the editor kept it', async () => {
    const kept = { runFolder: '/runs/a', view: { board: { xAxis: 'step' }, lossLayout: 'apart' } };
    const page = await openRun({ kept });
    await page.waitForSelector('.choice button[aria-pressed=true]:has-text("Step")');
    assert.equal(await page.locator('.chart-group .chart-card').count(), 6, 'a chart for every term');
  });

  it('zooms all charts together by dragging, and shows all again', async () => {
    const page = await openRun();
    const box = await page.locator('section[aria-label="Accuracy"] canvas').boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width * 0.4, box.y + 80);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 80, { steps: 5 });
    await page.mouse.up();
    await page.waitForFunction(
      () => !document.querySelector<HTMLButtonElement>('[aria-label="Show all"]')?.disabled,
    );
    const zoom = await zoomOf(page);
    assert.ok(zoom && zoom.min > 2 && zoom.max < 6, JSON.stringify(zoom));
    await page.click('[aria-label="Show all"]');
    assert.equal(await zoomOf(page), undefined);
  });

  it('can be read and zoomed with the keyboard', async () => {
    const page = await openRun();
    const chart = page.locator('section[aria-label="Accuracy"] .chart-frame');
    await chart.focus();
    await page.keyboard.press('End');
    assert.match(
      (await page.textContent('section[aria-label="Accuracy"] [aria-live]')) ?? '',
      /^Epoch 8: .*Robust, validation 86\.6 %$/,
    );
    await page.keyboard.press('+');
    const zoom = await zoomOf(page);
    assert.ok(zoom && Math.abs(zoom.max - zoom.min - 4) < 0.1);
    await page.keyboard.press('Shift+ArrowRight');
    assert.ok(((await zoomOf(page))?.min ?? 0) > zoom.min);
    await page.keyboard.press('0');
    assert.equal(await zoomOf(page), undefined);
  });

  it('shows the values of all charts in one tooltip at the position pointed at', async () => {
    const page = await openRun({ height: 1500 });
    await page.hover('section[aria-label="Accuracy"] .chart-frame', { position: { x: 300, y: 80 } });
    await page.waitForSelector('.tooltip:visible');
    const charts = await page.locator('.tooltip-chart').allTextContents();
    assert.deepEqual(charts, [
      'Accuracy',
      'Loss',
      'Sharpness of the loss landscape',
      'Learning rate',
      'Throughput',
    ]);
    assert.equal(await page.locator('.crosshair:visible').count(), 5);
    await page.hover('h1');
    assert.equal(await page.locator('.tooltip:visible').count(), 0);
  });

  it('saves a chart as PNG and as SVG', async () => {
    const page = await openRun();
    for (const kind of ['PNG', 'SVG']) await page.click(`button[aria-label="Save as ${kind}, Loss"]`);
    await page.waitForFunction(
      () =>
        (window as unknown as { said: Said[] }).said.filter(({ method }) => method === 'saveFile').length ===
        2,
    );
    const files = await page.evaluate(() =>
      (window as unknown as { said: Said[] }).said
        .filter(({ method }) => method === 'saveFile')
        .map(({ argument }) => {
          const { name, content } = argument as { name: string; content: Uint8Array };
          return { name, begin: [...content.slice(0, 4)], text: new TextDecoder().decode(content) };
        }),
    );
    const [png, svg] = [
      files.find(({ name }) => name.endsWith('png')),
      files.find(({ name }) => name.endsWith('svg')),
    ];
    assert.equal(png?.name, 'mnist-quickstart-loss.png');
    assert.deepEqual(png?.begin, [0x89, 0x50, 0x4e, 0x47]);
    assert.match(svg?.text ?? '', /^<svg [\s\S]*<title>Loss<\/title>[\s\S]*First order[\s\S]*<\/svg>\n$/);
    const isParsed = await page.evaluate(
      text => new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror') === null,
      svg?.text ?? '',
    );
    assert.ok(isParsed);
  });

  it('warns of robust overfitting in plain words', async () => {
    const events = (await readEvents('taylor')).map((event): RunEvent => {
      if (event.type !== 'evaluation' || event.split !== 'validation' || event.epoch <= 5) return event;
      return { ...event, robustAccuracy: event.robustAccuracy - 0.15 };
    });
    const page = await openRun({}, events);
    const banner = page.locator('.banner:visible');
    assert.match(
      (await banner.textContent()) ?? '',
      /fallen to 71\.6 % from its best, 84\.6 % at epoch 5, while training/,
    );
    assert.equal(await (await openRun()).locator('.banner:visible').count(), 0);
  });

  it('steps through the adversarial examples of the epochs', async () => {
    const page = await openRun();
    await page.waitForSelector('.example');
    assert.equal(await page.locator('.example').count(), 8);
    const summary = await page.textContent('.gallery > p');
    assert.match(summary ?? '', /changes the prediction of 1 of 8 images/);
    await page.click('[aria-label="Epoch before"]');
    await page.waitForFunction(() => document.querySelector('.gallery .amount')?.textContent === '4');
    const colours = await page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.example canvas');
      return new Set(canvas?.getContext('2d')?.getImageData(0, 0, 56, 56).data).size;
    });
    assert.ok(colours > 4, 'the picture is drawn');
  });

  it('never calls a flatter landscape more robust', async () => {
    const page = await openRun();
    const text = (await page.textContent('section[aria-label^="Sharpness"]')) ?? '';
    assert.match(text, /Lower means flatter\..*noise floor is the same measurement with rho = 0/);
    assert.doesNotMatch(text, /robust/i);
  });

  it('takes the colours of a theme that the user changes to', async () => {
    const page = await openRun();
    const before = await picture(page, 'Accuracy');
    await page.evaluate(({ bodyClass, variables }) => {
      document.body.className = bodyClass;
      for (const [name, value] of Object.entries(variables)) {
        document.documentElement.style.setProperty(`--vscode-${name}`, value);
      }
    }, themes.dark);
    await drawn(page);
    assert.notEqual(await picture(page, 'Accuracy'), before);
  });

  it('shows text that looks like markup as text', async () => {
    const page = await pages.open('dashboard');
    const snapshot = await dashboardSnapshot('taylor', { address: pages.address });
    const name = '<img src=x onerror="document.title=1">';
    await tell(page, 'hydrate', { ...snapshot, setup: { ...snapshot.setup, name }, log: name });
    await page.waitForSelector('body[data-hydrated]');
    assert.equal(await page.textContent('h1'), name);
    assert.equal(await page.locator('img').count(), 0);
  });

  it('fits a narrow panel without scrolling sideways', async () => {
    const page = await openRun({ width: 340 });
    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
    assert.ok((scrollWidth ?? 0) <= (clientWidth ?? 0));
  });
});

/** Two frames later everything that was asked for is drawn, unless it is very much. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let i = 0; i < 30; i++) await new Promise(requestAnimationFrame);
  });
}

async function picture(page: Page, title: string): Promise<string> {
  return await page
    .locator(`section[aria-label="${title}"] canvas`)
    .evaluate(canvas => (canvas as HTMLCanvasElement).toDataURL());
}

async function visibleButtons(page: Page): Promise<string[]> {
  return await page.locator('.buttons vscode-button:visible').allTextContents();
}

async function zoomOf(page: Page): Promise<{ min: number; max: number } | undefined> {
  const told = (await saidBy(page)).findLast(({ method }) => method === 'viewState')?.argument;
  return readDashboardView(told).board.zoom;
}

function methods(said: readonly Said[]): string[] {
  return said.map(({ method }) => method).filter(method => method !== 'viewState');
}
