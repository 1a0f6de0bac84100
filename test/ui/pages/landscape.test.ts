import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { LandscapeSnapshot } from '../../../extension/contract/landscapePage';
import { readLandscapeView } from '../../../webview/landscape/viewState';
import { bowl, storedLandscape } from '../../unit/support/landscapes';
import { useBrowserPages } from './browserPages';
import { saidBy, tell } from './harness';

const runs = [
  { runFolder: '/runs/a', name: 'trades' },
  { runFolder: '/runs/b', name: 'rat-trades' },
];

describe('the landscape page', () => {
  const pages = useBrowserPages();

  async function openLandscapes(
    change: Partial<LandscapeSnapshot> = {},
    options: Parameters<typeof pages.open>[1] = {},
  ): Promise<Page> {
    const page = await pages.open('landscape', options);
    const landscapes = [storedLandscape({ run: 'a' }), storedLandscape({ run: 'b', curvature: 5 })];
    await tell(page, 'hydrate', { runs, landscapes, canMeasure: true, ...change });
    await page.waitForSelector('body[data-hydrated]');
    return page;
  }

  const card = (page: Page, run: string) => page.locator(`section[aria-label="Surface of ${run}"]`);
  const map = (page: Page, run: string) => card(page, run).locator('.map-frame');
  const mesh = (page: Page, run: string) => card(page, run).locator('.mesh-frame');

  it('shows two runs side by side on one scale, each with its own losses', async () => {
    const page = await openLandscapes();
    assert.equal((await saidBy(page))[0]?.method, 'ready');
    assert.match(
      (await card(page, 'trades').locator('.note').first().textContent()) ?? '',
      /0\.1 nats at the weights · 0\.1 to 3\.75/,
    );
    assert.equal(await page.locator('.bar-frame:visible').count(), 1, 'one colour bar for both');
    const colors = await Promise.all(
      ['trades', 'rat-trades'].map(run => colorNear(map(page, run), 0.95, 0.5)),
    );
    assert.notEqual(colors[0], colors[1], 'the steeper bowl is brighter at its edge on the common scale');
    await page.click('button:has-text("Each its own")');
    await page.waitForFunction(() => document.querySelectorAll('.surface-card .bar-frame').length === 2);
    assert.equal(await page.locator('.bar-frame:visible').count(), 2);
  });

  it('reads losses off all heat maps with the keyboard and the pointer', async () => {
    const page = await openLandscapes();
    await map(page, 'trades').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowUp');
    const at = (curvature: number) => String(Number(bowl(0.2, 0.2, curvature, 'clean').toPrecision(4)));
    assert.equal(await readout(page, 'trades'), `At 0.2, 0.2: ${at(2)} nats`);
    assert.equal(await readout(page, 'rat-trades'), `At 0.2, 0.2: ${at(5)} nats`);
    await page.keyboard.press('Escape');
    assert.equal(await readout(page, 'trades'), '');
    await map(page, 'rat-trades').hover();
    assert.match(await readout(page, 'trades'), /^At [−0-9.]+, 0: .* nats$/);
  });

  const readout = async (page: Page, run: string) =>
    (await card(page, run).locator('.readout').textContent()) ?? '';

  it('turns all surfaces together, by dragging and by keys, and remembers how', async () => {
    const page = await openLandscapes();
    const before = await pictures(page);
    const box = await mesh(page, 'trades').boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2 + 20);
    await page.mouse.up();
    const dragged = await picturesAfter(page, before);
    await mesh(page, 'rat-trades').focus();
    await page.keyboard.press('ArrowLeft');
    await picturesAfter(page, dragged);
    const expected = readLandscapeView(undefined).camera.azimuth + 0.6 - Math.PI / 24;
    await page.waitForFunction(azimuth => {
      const { said } = window as unknown as { said: { method: string; argument?: unknown }[] };
      const view = said.findLast(({ method }) => method === 'viewState')?.argument;
      const { camera } = (view ?? {}) as { camera?: { azimuth: number } };
      return camera !== undefined && Math.abs(camera.azimuth - azimuth) < 1e-9;
    }, expected);
    await page.keyboard.press('0');
    await page.waitForFunction(
      async expected => {
        const canvases = [...document.querySelectorAll<HTMLCanvasElement>('.mesh-frame canvas')];
        return canvases.map(canvas => canvas.toDataURL()).join() === expected;
      },
      before.join(),
      { polling: 50 },
    );
  });

  it('grows while it is computed', async () => {
    const growing = (grown: number) => [storedLandscape({ run: 'b', grown, state: 'running' })];
    const page = await openLandscapes({ landscapes: growing(4) });
    assert.match(
      (await card(page, 'rat-trades').locator('.note').first().textContent()) ?? '',
      /^4 of 11 rows/,
    );
    const row = page.locator('.progress-row');
    assert.match(
      (await row.textContent()) ?? '',
      /rat-trades: .*surface, row 5 of 11 · 36 %, 1 min 15 s left/,
    );
    const before = await pictures(page);
    await tell(page, 'landscapes', growing(8));
    await page.waitForSelector('.surface-card .note:has-text("8 of 11 rows")');
    await picturesAfter(page, before);
    await tell(page, 'landscapes', [storedLandscape({ run: 'b' })]);
    await page.waitForSelector('.progress-list', { state: 'hidden' });
    assert.match((await card(page, 'rat-trades').locator('.note').first().textContent()) ?? '', /^0\.1 nats/);
  });

  it('asks the host to stop, to go on, to measure, to save', async () => {
    const [running] = [storedLandscape({ run: 'a', grown: 3, state: 'running' })];
    const page = await openLandscapes({ landscapes: [running] });
    await page.click('vscode-button:has-text("Stop")');
    await tell(page, 'landscapes', [{ ...running, state: 'stopped' }]);
    await page.click('vscode-button:has-text("Continue")');
    await page.click('vscode-button:has-text("Measure…")');
    await page.click('vscode-button:has-text("CSV")');
    await page.click('[aria-label="Save as PNG, surface"]');
    await page.click('[aria-label="Save as PNG, curve, Clean"]');
    await page.waitForFunction(
      () =>
        (window as unknown as { said: { method: string }[] }).said.filter(
          ({ method }) => method === 'saveFile',
        ).length === 2,
    );
    const said = (await saidBy(page)).map(({ method }) => method);
    assert.deepEqual(said, ['ready', 'stop', 'resume', 'measure', 'exportCsv', 'saveFile', 'saveFile']);
    const heads = await page.evaluate(() =>
      (
        window as unknown as { said: { method: string; argument: { name: string; content: Uint8Array } }[] }
      ).said
        .filter(({ method }) => method === 'saveFile')
        .map(({ argument }) => [argument.name, [...argument.content.subarray(1, 4)]] as const),
    );
    assert.deepEqual(
      heads.map(([name, head]) => [name, String.fromCharCode(...head)]),
      [
        ['landscape-surface.png', 'PNG'],
        ['landscape-curve-clean.png', 'PNG'],
      ],
    );
  });

  it('says why runs are not drawn together, and draws the other one when it is chosen', async () => {
    const landscapes = [storedLandscape({ run: 'a' }), storedLandscape({ run: 'b', seed: 3, curvature: 5 })];
    const page = await openLandscapes({ landscapes });
    assert.match(
      (await page.locator('section[aria-label="Surface"] .left-out').textContent()) ?? '',
      /^rat-trades is not drawn here: not comparable: the directions have other seeds \(0, 3\)\.$/,
    );
    await page.selectOption('section[aria-label="Surface"] select', landscapes[1]?.file ?? '');
    await card(page, 'rat-trades').waitFor();
    assert.equal(await card(page, 'trades').count(), 0);
  });

  it('defines every figure where it stands', async () => {
    const page = await openLandscapes();
    const figures = page.locator('section[aria-label="Figures"]');
    const row = figures.locator('tbody tr').nth(1);
    assert.match((await row.textContent()) ?? '', /512 training images.*0\.02 ± 0\.001noise floor 2\.00e−8/);
    await figures.getByRole('button', { name: 'About Top Hessian eigenvalue' }).focus();
    const text = figures.getByRole('tooltip').filter({ hasText: 'Power iteration' });
    await text.waitFor();
    assert.match((await text.textContent()) ?? '', /largest eigenvalue of the second derivatives/);
  });

  it('says flatter, and never that this makes a network more robust', async () => {
    const page = await openLandscapes();
    const text = (await page.textContent('main')) ?? '';
    assert.match(text, /flatter/i);
    assert.doesNotMatch(text, /(therefore|thus|so|means) (it is )?more robust/i);
    assert.match(text, /no (measure|proof) of robustness/);
  });

  it('shows a network that diverges beside its weights', async () => {
    const diverging = storedLandscape({ run: 'a' });
    const surface = diverging.result.surface.map(({ loss, rows }) => ({
      loss,
      rows: rows.map((row, j) => row.map((value, i) => (i + j > 15 ? Number.NaN : value))),
    }));
    const page = await openLandscapes({
      landscapes: [{ ...diverging, result: { ...diverging.result, surface } }],
    });
    assert.match((await card(page, 'trades').locator('.note').first().textContent()) ?? '', /^0\.1 nats/);
  });

  it('says that nothing has been measured, and where measuring is not allowed', async () => {
    const page = await openLandscapes({ landscapes: [], canMeasure: false });
    await page.waitForSelector('text=Measuring starts a process, so it needs your trust');
    assert.equal(await page.locator('vscode-button:has-text("Measure…")').count(), 0);
  });

  it('fits a narrow panel', async () => {
    const page = await openLandscapes({}, { width: 380 });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 380, `${width} pixels wide`);
  });

  /** What the meshes show, once they have been drawn. */
  async function pictures(page: Page): Promise<string[]> {
    await page.waitForFunction(() => {
      const canvases = [...document.querySelectorAll<HTMLCanvasElement>('.mesh-frame canvas')];
      return canvases.length > 0 && canvases.every(canvas => canvas.width > 300);
    });
    await page.evaluate(
      () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    return page.evaluate(() =>
      [...document.querySelectorAll<HTMLCanvasElement>('.mesh-frame canvas')].map(canvas =>
        canvas.toDataURL(),
      ),
    );
  }

  /** The same when every one has changed. */
  async function picturesAfter(page: Page, before: readonly string[]): Promise<string[]> {
    await page.waitForFunction(
      old =>
        [...document.querySelectorAll<HTMLCanvasElement>('.mesh-frame canvas')].every(
          (canvas, i) => canvas.toDataURL() !== old[i],
        ),
      before,
      { polling: 50 },
    );
    return pictures(page);
  }

  /** Colour of a canvas at shares of its width and height. */
  function colorNear(frame: ReturnType<Page['locator']>, x: number, y: number): Promise<string> {
    return frame.locator('canvas').evaluate(
      (canvas, [across, down]) => {
        if (!(canvas instanceof HTMLCanvasElement)) return '';
        const area = { left: 46, top: 8, right: 10, bottom: 38 };
        const { clientWidth: width, clientHeight: height } = canvas;
        const side = Math.min(width - area.left - area.right, height - area.top - area.bottom);
        const left = area.left + (width - area.left - area.right - side) / 2;
        const at = (value: number) => Math.round(value * window.devicePixelRatio);
        const pixel = canvas
          .getContext('2d')
          ?.getImageData(at(left + side * (across ?? 0)), at(area.top + side * (down ?? 0)), 1, 1);
        return String(pixel?.data ?? '');
      },
      [x, y],
    );
  }
});
