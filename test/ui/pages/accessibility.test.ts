import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { storedLandscape } from '../../unit/support/landscapes';
import { useBrowserPages } from './browserPages';
import { tell } from './harness';
import { comparedRun, dashboardSnapshot, readEvents, running } from './snapshots';
import { storedEvaluations, warning } from './storedEvaluations';
import { type ThemeName, themes } from './themes';

describe('axe-core finds no serious violation', () => {
  const pages = useBrowserPages();

  for (const theme of Object.keys(themes) as ThemeName[]) {
    it(`on the dashboard of a finished run, ${theme}`, async () => {
      const page = await pages.open('dashboard', { theme });
      await tell(page, 'hydrate', await dashboardSnapshot('taylor', { address: pages.address }));
      await assertAccessible(page);
    });

    it(`on the dashboard of a live run that overfits, narrow, ${theme}`, async () => {
      const page = await pages.open('dashboard', { theme, width: 380 });
      const events = (await readEvents('taylor')).map(event =>
        event.type === 'evaluation' && event.epoch > 5 ? { ...event, robustAccuracy: 0.6 } : event,
      );
      await tell(
        page,
        'hydrate',
        await dashboardSnapshot('taylor', { address: pages.address, events, state: running }),
      );
      await page.waitForSelector('.banner:visible');
      await assertAccessible(page);
    });

    for (const width of [1200, 380]) {
      it(`on evaluations with a warning and one at work, ${width} pixels wide, ${theme}`, async () => {
        const page = await pages.open('evaluations', { theme, width });
        const [first, ...others] = await storedEvaluations();
        const evaluations = [{ ...first, state: 'running' }, ...others].map(evaluation => ({
          ...evaluation,
          warnings: [warning],
        }));
        await tell(page, 'hydrate', { holder: '/project/.rat', evaluations });
        await page.waitForSelector('body[data-hydrated]');
        await page.locator('.per-class summary').click();
        await assertAccessible(page, 'canvas[aria-label]');
      });
    }

    it(`on a comparison, ${theme}`, async () => {
      const page = await pages.open('compare', { theme });
      await tell(page, 'hydrate', {
        runs: [await comparedRun('taylor'), await comparedRun('plain')],
        unreadable: [],
      });
      await assertAccessible(page);
    });

    for (const width of [1200, 380]) {
      it(`on landscapes of two runs, one growing, ${width} pixels wide, ${theme}`, async () => {
        const page = await pages.open('landscape', { theme, width });
        await tell(page, 'hydrate', {
          runs: ['a', 'b', 'c'].map(run => ({ runFolder: `/runs/${run}`, name: `run ${run}` })),
          landscapes: [
            storedLandscape({ run: 'a' }),
            storedLandscape({ run: 'b', grown: 5, state: 'running' }),
            storedLandscape({ run: 'c', seed: 1 }),
          ],
          canMeasure: true,
        });
        await assertAccessible(page, '.surface-card .note:not(:empty)');
      });
    }
  }
});

/** @param drawn what is there once the page has been drawn */
async function assertAccessible(page: Page, drawn = '.legend-value:not(:empty)'): Promise<void> {
  await page.waitForSelector('body[data-hydrated]');
  await page.waitForSelector(drawn);
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe: checker } = window as unknown as { axe: typeof import('axe-core') };
    const { violations: found } = await checker.run(document);
    return found.flatMap(({ id, impact, nodes }) =>
      nodes.map(({ html, failureSummary }) => ({ id, impact, html: html.slice(0, 200), failureSummary })),
    );
  });
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(serious, []);
}
