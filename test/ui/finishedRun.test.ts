import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { readRuns } from '../vscode/trainers';
import { shortConfig } from './support/configs';
import { openedDashboard } from './support/dashboard';
import { useVsCode } from './support/suite';

/** What one does with a run that has ended: every test goes on where the last one ended. */
describe('A run that has ended', () => {
  const session = useVsCode({ 'short.rat.json': shortConfig });
  const inWorkspace = (name: string) => path.join(session().workspace, name);

  before('train it', async () => {
    const { workbench } = session();
    await workbench.openFile('short.rat.json');
    await workbench.runCommand('Start Randomized AT');
    await (await openedDashboard(workbench, 'short')).waitForStatus('Finished');
    await workbench.runCommand('Clear All Notifications');
  });

  it('gives its figures as CSV', async () => {
    const { workbench } = session();
    await (await openedDashboard(workbench, 'short')).button('CSV').click();
    await workbench.saveAs('.csv', inWorkspace('figures.csv'));
    await workbench.notification(/figures\.csv/).waitFor({ state: 'detached' });
    const lines = (await appeared(inWorkspace('figures.csv'))).toString().trim().split('\n');
    assert.match(lines[0] ?? '', /^step,epoch,time,.*step\.second.*sharpness\.clean/);
    assert.ok(lines.length > 20, `${lines.length} lines`);
  });

  it('gives a chart as a picture', async () => {
    const { workbench } = session();
    const dashboard = await openedDashboard(workbench, 'short');
    await dashboard.page.getByRole('button', { name: /PNG/ }).first().click();
    await workbench.saveAs('.png', inWorkspace('accuracy.png'));
    const picture = await appeared(inWorkspace('accuracy.png'));
    assert.equal(picture.subarray(1, 4).toString(), 'PNG');
  });

  it('is renamed and starred, and the sidebar shows it', async () => {
    const { workbench } = session();
    const sideBar = await workbench.openView('Randomized AT');
    await sideBar.getByRole('treeitem', { name: /^short, finished/ }).click();
    await workbench.page.keyboard.press('F2');
    await workbench.answer('first try');
    const renamed = sideBar.getByRole('treeitem', { name: /^first try, finished/ });
    await renamed.hover();
    await renamed.getByRole('button', { name: 'Star Run' }).click();
    await renamed.getByRole('button', { name: 'Remove Star from Run' }).waitFor();
  });

  it('is edited as a form and run again', async () => {
    const { workbench, workspace } = session();
    const dashboard = await openedDashboard(workbench, 'short');
    await dashboard.button('Edit and run again').click();
    await workbench.tab(/short-copy\.rat\.json/).waitFor();
    const form = await workbench.webview('short-copy.rat.json');
    await form.locator('[data-path="epochs"] input').fill('1');
    await form.getByRole('button', { name: 'Start Randomized AT' }).click();
    await (await openedDashboard(workbench, 'short-copy')).waitForStatus('Finished');
    assert.match(
      await readFile(inWorkspace('short-copy.rat.json'), 'utf8'),
      /Two short epochs[\s\S]*"epochs": 1\n/,
    );
    assert.deepEqual(
      (await readRuns(workspace)).map(({ record }) => record.status),
      ['finished', 'finished'],
    );
  });

  it('goes to the trash when that is confirmed', async () => {
    const { workbench, workspace } = session();
    const sideBar = await workbench.openView('Randomized AT');
    await sideBar.getByRole('treeitem', { name: /^short-copy, finished/ }).click();
    await workbench.page.keyboard.press('Delete');
    await workbench.page.getByRole('button', { name: 'Move to Trash' }).click();
    const forGood = workbench.page.getByRole('button', { name: 'Delete Permanently' });
    const gone = sideBar.getByRole('treeitem', { name: /^short-copy, finished/ });
    await Promise.race([forGood.click(), gone.waitFor({ state: 'detached' })]);
    await gone.waitFor({ state: 'detached' });
    assert.equal((await readRuns(workspace)).length, 1);
  });

  it('leaves the engines of this machine one click away', async () => {
    const { workbench } = session();
    await workbench.runCommand('Show Compute Devices');
    const engine = workbench.page.getByRole('treeitem', { name: /^wasm/ });
    await engine.waitFor();
    assert.match((await engine.textContent()) ?? '', /WebAssembly/);
  });
});

/** The content of a file as soon as it is there and complete. */
async function appeared(file: string): Promise<Buffer> {
  for (;;) {
    await access(file).catch(() => undefined);
    const content = await readFile(file).catch(() => Buffer.alloc(0));
    if (content.length > 0) return content;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}
