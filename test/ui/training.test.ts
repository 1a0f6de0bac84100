import assert from 'node:assert/strict';
import type { RunRecord } from '../../extension/contract/runFolder';
import { ended, readRuns, trainerOf } from '../vscode/trainers';
import { longConfig, shortConfig } from './support/configs';
import { openedDashboard } from './support/dashboard';
import { useVsCode } from './support/suite';

/** One person's first hour: every test goes on where the last one ended. */
describe('A researcher in VS Code', () => {
  const session = useVsCode({ 'long.rat.json': longConfig, 'short.rat.json': shortConfig });
  let stepsBeforeReload = 0;

  it('starts a run from the command palette and sees its dashboard beside the config', async () => {
    const { workbench } = session();
    await workbench.openFile('long.rat.json');
    await workbench.runCommand('Start Randomized AT');
    const dashboard = await openedDashboard(workbench, 'long');
    await dashboard.waitForStatus('Running');
    await workbench.tab('long.rat.json').waitFor();
    await workbench.statusBar.getByRole('button', { name: /long/ }).waitFor();
  });

  it('watches the curves move', async () => {
    const dashboard = await openedDashboard(session().workbench, 'long');
    const first = await dashboard.waitForStepAfter(0);
    const curves = await dashboard.accuracyCurves();
    stepsBeforeReload = await dashboard.waitForStepAfter(first);
    await curves.changed();
  });

  it('reloads the window: training has gone on and the dashboard is back by itself', async () => {
    const { workbench, workspace } = session();
    const before = await onlyRun(workspace);
    await workbench.reload('runFolder');
    const dashboard = await openedDashboard(workbench, 'long');
    await dashboard.waitForStatus('Running');
    const back = await dashboard.step();
    assert.ok(back >= stepsBeforeReload, `${back} steps are shown, ${stepsBeforeReload} were before`);
    await dashboard.waitForStepAfter(back);
    assert.deepEqual((await onlyRun(workspace)).process, before.process);
  });

  it('stops the run: a checkpoint is saved and no process is left', async () => {
    const { workbench, workspace } = session();
    const trainer = trainerOf(await onlyRun(workspace));
    const dashboard = await openedDashboard(workbench, 'long');
    await dashboard.button('Stop').click();
    await dashboard.waitForStatus('Stopped');
    assert.equal((await onlyRun(workspace)).status, 'stopped');
    await ended(trainer);
  });

  it('trains a second one to its end', async () => {
    const { workbench } = session();
    await workbench.openFile('short.rat.json');
    await workbench.runCommand('Start Randomized AT');
    const dashboard = await openedDashboard(workbench, 'short');
    await dashboard.waitForStatus('Finished');
    await dashboard.page.getByRole('columnheader', { name: /^Test PGD-20/ }).waitFor();
    await workbench.runCommand('Show Notifications');
    await workbench.notification(/short has finished/).waitFor();
    await workbench.runCommand('Clear All Notifications');
  });

  it('finds both in the sidebar, with status and figures', async () => {
    const { workbench } = session();
    const sideBar = await workbench.openView('Randomized AT');
    await sideBar.getByRole('treeitem', { name: /^short, finished, best robust accuracy \d/ }).waitFor();
    await sideBar.getByRole('treeitem', { name: /^long, stopped/ }).waitFor();
  });

  it('selects both and compares them', async () => {
    const { workbench } = session();
    const sideBar = await workbench.openView('Randomized AT');
    await sideBar.getByRole('treeitem', { name: /^short, finished/ }).click();
    await sideBar.getByRole('treeitem', { name: /^long, stopped/ }).click({ modifiers: ['ControlOrMeta'] });
    await workbench.page.keyboard.press('ControlOrMeta+Enter');
    const page = await workbench.webview('Compare 2 runs');
    const differences = page.getByRole('row').filter({ hasText: 'epochs' });
    await differences.waitFor();
    assert.match((await differences.textContent()) ?? '', /2000/);
  });

  it('mistypes a field: it is marked, and the config does not start', async () => {
    const { workbench, workspace } = session();
    await workbench.openFile('short.rat.json');
    await workbench.editor.getByText('"epochs"').click();
    // Selects the word at the cursor; two clicks are no double click where the machine is slow.
    await workbench.page.keyboard.press('ControlOrMeta+D');
    await workbench.statusBar.getByText('(6 selected)').waitFor();
    await workbench.page.keyboard.type('epoch');
    await workbench.statusBar.getByRole('button', { name: /1 (Error|Problem)|Errors: 1/ }).waitFor();
    const runs = (await readRuns(workspace)).length;
    await workbench.page.keyboard.press('Control+Alt+R');
    await workbench.runCommand('Show Notifications');
    await workbench.notification(/nothing was started/).waitFor();
    assert.equal((await readRuns(workspace)).length, runs);
  });

  it('takes the quick fix and runs again', async () => {
    const { workbench, workspace } = session();
    const runs = (await readRuns(workspace)).length;
    await workbench.runCommand('Clear All Notifications');
    await workbench.openFile('short.rat.json');
    await workbench.runCommand('Go to Next Problem (Error, Warning, Info)');
    await workbench.quickFix(/epochs/);
    await workbench.statusBar.getByRole('button', { name: 'No Problems' }).waitFor();
    await workbench.page.keyboard.press('Control+Alt+R');
    const sideBar = await workbench.openView('Randomized AT');
    await sideBar
      .getByRole('treeitem', { name: /^short, finished/ })
      .nth(1)
      .waitFor();
    const statuses = (await readRuns(workspace)).map(({ record }) => record.status);
    assert.equal(statuses.length, runs + 1);
    assert.equal(statuses.at(-1), 'finished');
  });
});

async function onlyRun(workspace: string): Promise<RunRecord> {
  const [only, another] = await readRuns(workspace);
  assert.ok(only && !another, 'there is not exactly one run');
  return only.record;
}
