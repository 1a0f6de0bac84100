import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseLandscape } from '../../extension/contract/landscape';
import { readRuns } from '../vscode/trainers';
import { shortConfig } from './support/configs';
import { openedDashboard } from './support/dashboard';
import { drawingOn } from './support/drawing';
import { useVsCode } from './support/suite';

/** A landscape from the menu to its figures; every test goes on where the last one ended. */
describe('The loss landscape of a run', () => {
  const session = useVsCode({ 'short.rat.json': shortConfig });
  const title = 'Landscape of short';

  before('train it', async () => {
    const { workbench } = session();
    await workbench.openFile('short.rat.json');
    await workbench.runCommand('Start Randomized AT');
    await (await openedDashboard(workbench, 'short')).waitForStatus('Finished');
    await workbench.runCommand('Clear All Notifications');
  });

  it('is measured from the sidebar, seen while it grows, and there after a reload of the window', async () => {
    const { workbench } = session();
    const sideBar = await workbench.openView('Randomized AT');
    await workbench.runFromMenu(
      sideBar.getByRole('treeitem', { name: /^short, finished/ }),
      'Loss Landscape…',
    );
    await workbench.pick(/^Surface/);
    await workbench.pick(/^Clean and adversarial/);
    await workbench.pick(/^512 training images/);
    await workbench.pick(/^51 × 51 points/);
    const page = await workbench.webview(title);
    await page
      .locator('.progress-row')
      .filter({ hasText: /short: surface.*row \d+ of 51/ })
      .waitFor();
    await page.getByRole('heading', { name: 'Surface' }).waitFor();

    await workbench.reload(title);
    const again = await workbench.webview(title);
    await again
      .locator('.progress-row')
      .filter({ hasText: /row \d+ of 51/ })
      .waitFor();
  });

  it('is stopped and goes on from where it was', async () => {
    const { workbench } = session();
    const page = await workbench.webview(title);
    const row = page.locator('.progress-row');
    const grown = (least: number) =>
      page.getByText(new RegExp(`^([${least}-9]|\\d\\d) of 51 rows`)).waitFor();
    await grown(1);
    await page.getByRole('button', { name: 'Stop' }).click();
    await row.filter({ hasText: /stopped at \d+ %; what was measured is kept/ }).waitFor();
    const before = (await surfaceOf51()).rows;
    await page.getByRole('button', { name: 'Continue' }).click();
    await grown(Math.min(before.length + 1, 9));
    await page.getByRole('button', { name: 'Stop' }).click();
    await row.filter({ hasText: /stopped at/ }).waitFor();
    const after = (await surfaceOf51()).rows;
    assert.ok(after.length > before.length);
    assert.deepEqual(after.slice(0, before.length), before);
  });

  it('is measured anew from its page, read, turned and saved', async () => {
    const { workbench, workspace } = session();
    const page = await workbench.webview(title);
    await page.getByRole('button', { name: 'Measure…' }).click();
    await workbench.pick(/^Surface/);
    await workbench.pick(/^Clean/);
    await workbench.pick(/^128 training images/);
    await workbench.pick(/^11 × 11 points/);
    const map = page.locator('.map-frame');
    await page
      .locator('.surface-card .note')
      .filter({ hasText: /^[\d.]+ nats at the weights/ })
      .waitFor();
    await map.focus();
    await workbench.page.keyboard.press('ArrowRight');
    await page
      .locator('.readout')
      .filter({ hasText: /^At 0, 0: [\d.]+ nats$/ })
      .waitFor();
    const mesh = page.locator('.mesh-frame');
    const drawing = await drawingOn(mesh.locator('canvas'));
    await mesh.focus();
    for (let i = 0; i < 6; i++) await workbench.page.keyboard.press('ArrowRight');
    await drawing.changed();
    await page.getByRole('button', { name: 'Save as PNG, surface' }).click();
    const picture = path.join(workspace, 'surface.png');
    await workbench.saveAs('.png', picture);
    assert.equal((await appeared(picture)).subarray(1, 4).toString(), 'PNG');
    await page.getByRole('button', { name: 'CSV' }).click();
    const table = path.join(workspace, 'landscape.csv');
    await workbench.saveAs('.csv', table);
    const lines = (await appeared(table)).toString().split('\n');
    const measured = lines.filter(line => /,surface,clean,.*,128,train,/.test(line));
    assert.equal(measured.length, 121);
  });

  /** The stored surface of 51 by 51 points, as far as it has grown. */
  async function surfaceOf51() {
    const [run] = await readRuns(session().workspace);
    const folder = path.join(run?.folder ?? '', 'evaluations');
    for (const name of (await readdir(folder)).filter(file => /^landscape-.*\.json$/.test(file))) {
      const result = parseLandscape(await readFile(path.join(folder, name), 'utf8'));
      const [surface] = result?.surface ?? [];
      if (result?.axis.length === 51 && surface) return surface;
    }
    return assert.fail('there is no surface of 51 by 51 points');
  }
});

/** The content of a file that is about to be written. */
async function appeared(file: string): Promise<Buffer> {
  for (;;) {
    const content = await readFile(file).catch(() => undefined);
    if (content && content.length > 0) return content;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}
