import assert from 'node:assert/strict';
import { readRuns } from '../vscode/trainers';
import { longConfig } from './support/configs';
import { openedDashboard } from './support/dashboard';
import { useVsCode } from './support/suite';

describe('Training and the window, each of which may die without the other', () => {
  const session = useVsCode({ 'long.rat.json': longConfig });

  it('the extension host dies: the run goes on and its dashboard follows it again', async () => {
    const { workbench, workspace, server } = session();
    await workbench.openFile('long.rat.json');
    await workbench.runCommand('Start Randomized AT');
    await (await openedDashboard(workbench, 'long')).waitForStepAfter(0);
    const [run] = await readRuns(workspace);

    for (const { pid } of await server.extensionHosts()) process.kill(pid, 'SIGKILL');
    await workbench.reload('runFolder');

    const dashboard = await openedDashboard(workbench, 'long');
    await dashboard.waitForStatus('Running');
    await dashboard.waitForStepAfter(await dashboard.step());
    assert.deepEqual((await readRuns(workspace))[0]?.record.process, run?.record.process);
  });

  it('the trainer dies: the window says so and offers to resume, and resuming works', async () => {
    const { workbench, workspace } = session();
    const dashboard = await openedDashboard(workbench, 'long');
    const [before] = await readRuns(workspace);
    process.kill(before?.record.process?.pid ?? 0, 'SIGKILL');

    const notice = workbench.notification(/long was interrupted/);
    await notice.getByRole('button', { name: 'Resume', exact: true }).click();
    await dashboard.waitForStatus('Running');
    await dashboard.waitForStepAfter(await dashboard.step());
    const [after] = await readRuns(workspace);
    assert.equal(after?.folder, before?.folder);
    assert.notEqual(after?.record.process?.pid, before?.record.process?.pid);
  });

  it('the trainer dies while no window is open: the next one shows the run as interrupted', async () => {
    const { workbench, workspace, server } = session();
    const [run] = await readRuns(workspace);
    for (const { pid } of await server.extensionHosts()) process.kill(pid, 'SIGKILL');
    process.kill(run?.record.process?.pid ?? 0, 'SIGKILL');
    await workbench.reload();
    const sideBar = await workbench.openView('Randomized AT');
    await sideBar.getByRole('treeitem', { name: /^long, interrupted/ }).waitFor();
  });
});
