import assert from 'node:assert/strict';
import { readCompareView } from '../../../webview/compare/viewState';
import { useBrowserPages } from './browserPages';
import { saidBy, tell } from './harness';
import { comparedRun } from './snapshots';

describe('the compare page', () => {
  const pages = useBrowserPages();

  async function openRuns(viewState?: unknown) {
    const page = await pages.open('compare');
    const runs = [await comparedRun('taylor'), await comparedRun('plain')];
    await tell(page, 'hydrate', { runs, unreadable: [], ...(viewState ? { viewState } : {}) });
    await page.waitForSelector('body[data-hydrated]');
    return { page, runs };
  }

  it('shows the figures of each run and their differences from the baseline', async () => {
    const { page } = await openRuns();
    const rows = page.locator('section[aria-label="Figures"] tbody tr');
    assert.match((await rows.nth(0).textContent()) ?? '', /mnist-quickstart taylor.*Baseline/);
    assert.match((await rows.nth(1).locator('td').nth(1).textContent()) ?? '', /^87\.6 %\+1\.0$/);
  });

  it('shows the config fields that differ, and no others', async () => {
    const { page } = await openRuns();
    const fields = page.locator('section[aria-label="Config fields that differ"] tbody th');
    assert.deepEqual(await fields.allTextContents(), ['taylor.order', 'optimizer.learningRate']);
  });

  it('pins another baseline and remembers it', async () => {
    const { page, runs } = await openRuns();
    await page.click('[aria-label="Make baseline: mnist-quickstart plain"]');
    const rows = page.locator('section[aria-label="Figures"] tbody tr');
    assert.match((await rows.nth(0).locator('td').nth(1).textContent()) ?? '', /^86\.6 %−1\.0$/);
    const view = (await saidBy(page)).at(-1);
    assert.equal(view?.method, 'viewState');
    assert.equal(readCompareView(view?.argument).baseline, runs[1]?.setup.runFolder);
  });

  it('draws every run in each chart that is chosen', async () => {
    const { page } = await openRuns({ metrics: ['robustValidation'] });
    assert.equal(await page.locator('.chart-card').count(), 1);
    await page.click('vscode-checkbox:has-text("Learning rate")');
    assert.equal(await page.locator('.chart-card').count(), 2);
    const legend = page.locator('section[aria-label="Learning rate"] .legend-label');
    await page.waitForSelector('section[aria-label="Learning rate"] .legend-value:not(:empty)');
    assert.deepEqual(await legend.allTextContents(), ['mnist-quickstart taylor', 'mnist-quickstart plain']);
  });

  it('opens the dashboard of a run', async () => {
    const { page, runs } = await openRuns();
    await page.click('button:has-text("mnist-quickstart plain")');
    assert.deepEqual((await saidBy(page)).at(-1), {
      method: 'openDashboard',
      argument: runs[1]?.setup.runFolder,
    });
  });

  it('shows the runs that can be read when one cannot', async () => {
    const page = await pages.open('compare');
    await tell(page, 'hydrate', {
      runs: [await comparedRun('taylor')],
      unreadable: [{ runFolder: '/runs/gone', reason: 'no such folder' }],
    });
    await page.waitForSelector('.reason:has-text("/runs/gone cannot be read: no such folder")');
    assert.equal(await page.locator('section[aria-label="Figures"] tbody tr').count(), 1);
  });
});
