import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { EvaluationView } from '../../../extension/contract/evaluationPage';
import { useBrowserPages } from './browserPages';
import { type Said, saidBy, tell } from './harness';
import { dashboardSnapshot } from './snapshots';
import { storedEvaluations, warning } from './storedEvaluations';

describe('evaluations on the dashboard', () => {
  const pages = useBrowserPages();
  let stored: EvaluationView[];
  let unfinished: EvaluationView;

  before('read the evaluations', async () => {
    stored = await storedEvaluations();
    unfinished = stored[0] ?? assert.fail();
  });

  async function openWith(
    evaluations: readonly EvaluationView[],
    options: Parameters<typeof pages.open>[1] = {},
  ): Promise<Page> {
    const page = await pages.open('dashboard', options);
    const snapshot = await dashboardSnapshot('taylor', { address: pages.address });
    await tell(page, 'hydrate', { ...snapshot, evaluations });
    await page.waitForSelector('body[data-hydrated]');
    return page;
  }
  const asked = async (page: Page): Promise<Said[]> =>
    (await saidBy(page)).filter(({ method }) => method !== 'ready' && method !== 'viewState');
  const section = (page: Page) => page.locator('section[aria-label="Evaluations"]');

  it('are offered where there are none yet', async () => {
    const page = await openWith([]);
    assert.match((await section(page).textContent()) ?? '', /None yet/);
    await section(page).getByText('Evaluate Robustness…').click();
    await page.click('.header vscode-button:has-text("Evaluate…")');
    assert.deepEqual(await asked(page), [{ method: 'evaluate' }, { method: 'evaluate' }]);
  });

  it('show how far one at work is, and can be stopped and continued', async () => {
    const running = { ...unfinished, state: 'running' as const, updatedAt: new Date().toISOString() };
    const page = await openWith([running]);
    const item = page.locator('.unfinished-item');
    await item
      .getByText(/APGD-T · 20 % of the work · 85\.0 % of 100 robust so far · at most 1\d min/)
      .waitFor();
    assert.equal(await item.getByRole('progressbar').getAttribute('aria-valuenow'), '20');
    await item.locator('vscode-button:visible').click();
    const standing = { stage: 'square', fraction: 0.9, seconds: 200, secondsLeft: 30 };
    await tell(page, 'evaluations', [{ ...running, standing }]);
    await item.getByText(/Square · 90 %/).waitFor();
    await tell(page, 'evaluations', [
      { ...running, state: 'failed', failure: 'The disk is full. Make room.' },
    ]);
    await item.getByText('The disk is full. Make room.').waitFor();
    await item.locator('vscode-button:visible').click();
    assert.deepEqual(await asked(page), [
      { method: 'stopEvaluation', argument: 'unfinished' },
      { method: 'continueEvaluation', argument: 'unfinished' },
    ]);
    await tell(page, 'evaluations', []);
    await item.waitFor({ state: 'detached' });
  });

  it('are a table, of which one is shown closely: attacks, classes, intervals, how to repeat it', async () => {
    const page = await openWith(stored.slice(1));
    const rows = page.locator('.evaluations-table tbody tr');
    const texts = async (row: number) =>
      (await rows.nth(row).locator('td').allTextContents()).slice(0, 6).join(' | ');
    assert.equal(await texts(1), 'ℓ∞ 0.2 | mnist-small-cnn | 100 | 93.0 % | 70.0 % | 60.4 to 78.1 %');
    const details = page.locator('.evaluation-details');
    assert.match((await details.locator('h4').textContent()) ?? '', /ℓ∞ 0\.3/);
    await rows.nth(1).click();
    assert.match((await details.locator('h4').textContent()) ?? '', /ℓ∞ 0\.2/);
    const attacks = await details.locator('table').first().locator('tbody th').allTextContents();
    assert.deepEqual(attacks, ['Clean', 'FGSM', 'PGD-20', 'CW-20', 'APGD-CE', 'Worst case']);
    await details.getByText('Per class').first().click();
    assert.equal(await details.locator('.per-class tbody tr:visible').count(), 10);
    await details.getByText('Copy command').click();
    await details.getByText('Copy indices').click();
    await details.getByText('Save indices…').click();
    const name = stored[2]?.name;
    assert.deepEqual(await asked(page), [
      { method: 'copyCommand', argument: name },
      { method: 'copyRobustIndices', argument: name },
      { method: 'saveRobustIndices', argument: name },
    ]);
    assert.match(
      (await details.locator('.command').textContent()) ?? '',
      /^randomized-at evaluate --checkpoint/,
    );
  });

  it('draw the robustness curve and the bars attack by attack, which a screen reader is told', async () => {
    const page = await openWith(stored.slice(1));
    const said = (title: string) =>
      page.locator(`section[aria-label="${title}"] canvas`).getAttribute('aria-label');
    assert.equal(
      await said('Robustness curve'),
      'Accuracy against the radius. FGSM, PGD-20, CW-20, APGD-CE, mnist-small-cnn: 93.0 % at 0, 85.0 % at 0.1, 70.0 % at 0.2, 43.0 % at 0.3.',
    );
    assert.match(
      (await said('Attack by attack')) ?? '',
      /Clean 93\.0 %, FGSM 66\.0 %, .* Worst case 43\.0 %/,
    );
    await page.click('button[aria-label="Save Robustness curve as PNG"]');
    await page.waitForFunction(() =>
      (window as unknown as { said: Said[] }).said.some(call => call.method === 'saveFile'),
    );
    const [file] = await page.evaluate(() =>
      (
        window as unknown as { said: { method: string; argument: { name: string; content: Uint8Array } }[] }
      ).said
        .filter(({ method }) => method === 'saveFile')
        .map(({ argument: { name, content } }) => ({ name, begin: [...content.slice(1, 4)] })),
    );
    assert.deepEqual(file, { name: 'mnist-quickstart-robustness-curve.png', begin: [80, 78, 71] });
  });

  it('say why there is no curve of one radius alone', async () => {
    const page = await openWith(stored.slice(1, 2));
    const curve = page.locator('section[aria-label="Robustness curve"]');
    assert.match((await curve.textContent()) ?? '', /needs evaluations at two radii or more/);
    assert.equal(await curve.locator('canvas:visible').count(), 0);
  });

  it('warn with what was found, what it means and what to try', async () => {
    const page = await openWith(stored.slice(1).map(evaluation => ({ ...evaluation, warnings: [warning] })));
    const banner = page.locator('.evaluation-warning');
    for (const text of [warning.found, warning.meaning, `What to try: ${warning.advice}`]) {
      await banner.getByText(text).waitFor();
    }
  });

  it('keep the focus and what is opened while another one grows', async () => {
    const page = await openWith(stored);
    await page.locator('.evaluations-table .row-button').nth(2).focus();
    await page.keyboard.press('Enter');
    await page.locator('.per-class summary').focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.per-class[open]');
    const standing = { stage: 'square', fraction: 0.9, seconds: 200, secondsLeft: 30 };
    await tell(page, 'evaluations', [{ ...unfinished, state: 'running', standing }, ...stored.slice(1)]);
    await page.getByText(/Square · 90 %/).waitFor();
    assert.equal(await page.locator('.per-class[open]').count(), 1);
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'SUMMARY');
  });

  it('come into view when the host says so', async () => {
    const page = await openWith(stored, { height: 500 });
    await tell(page, 'revealEvaluation', stored[2]?.name);
    await page.waitForFunction(() => {
      const top = document.querySelector('.evaluations')?.getBoundingClientRect().top ?? 0;
      return window.scrollY > 0 && top >= 0 && top < 200;
    });
    assert.match((await page.locator('.evaluation-details h4').textContent()) ?? '', /ℓ∞ 0\.2/);
  });

  it('show text that looks like markup as text', async () => {
    const markup = '<img src=x onerror=alert(1)>';
    const page = await openWith(
      stored.slice(1).map(evaluation => ({
        ...evaluation,
        commandLine: markup,
        warnings: [{ ...warning, found: markup }],
        setting: { ...evaluation.setting, attack: markup, model: markup },
      })),
    );
    assert.ok(((await section(page).textContent()) ?? '').includes(markup));
    assert.equal(await section(page).locator('img').count(), 0);
  });

  it('fit a narrow panel without scrolling sideways', async () => {
    const page = await openWith(stored, { width: 380 });
    const [width, visible] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    assert.equal(width, visible);
  });

  it('of other checkpoints have a page of their own', async () => {
    const page = await pages.open('evaluations');
    assert.deepEqual(await saidBy(page), [{ method: 'ready' }]);
    await tell(page, 'hydrate', { holder: '/project/.rat', evaluations: stored });
    await page.waitForSelector('body[data-hydrated]');
    assert.equal(await page.textContent('h1'), 'Evaluations of checkpoints');
    assert.equal(await page.locator('.evaluations-table tbody tr').count(), 4);
  });
});
