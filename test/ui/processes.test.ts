import assert from 'node:assert/strict';
import type { RunRecord } from '../../extension/contract/runFolder';
import type { VsCodeServer } from '../vscode/server';
import { crash, readRuns, trainerOf } from '../vscode/trainers';
import { longConfig } from './support/configs';
import { openedDashboard } from './support/dashboard';
import { useVsCode } from './support/suite';

describe('Training and the window, each of which may die without the other', () => {
  const session = useVsCode({ 'long.rat.json': longConfig });

  it('the extension host dies: the run goes on and its dashboard comes back by itself', async () => {
    const { workbench, workspace, server } = session();
    await workbench.openFile('long.rat.json');
    await workbench.runCommand('Start Randomized AT');
    const abandoned = await openedDashboard(workbench, 'long');
    const steps = await abandoned.waitForStepAfter(0);
    const run = await onlyRun(workspace);

    const { closed } = await abandoned.whenClosed();
    await killExtensionHosts(server);
    await closed;
    const dashboard = await openedDashboard(workbench, 'long');
    await dashboard.waitForStatus('Running');
    await dashboard.waitForStepAfter(steps + 100);
    assert.deepEqual(trainerOf(await onlyRun(workspace)), trainerOf(run));
  });

  it('the trainer dies: the window says so and offers to resume, and resuming works', async () => {
    const { workbench, workspace } = session();
    const dashboard = await openedDashboard(workbench, 'long');
    const trainer = trainerOf(await onlyRun(workspace));
    await crash(trainer);

    const notice = workbench.notification(/long was interrupted/);
    await notice.getByRole('button', { name: 'Resume', exact: true }).click();
    await dashboard.waitForStatus('Running');
    await dashboard.waitForStepAfter(await dashboard.step());
    assert.notEqual(trainerOf(await onlyRun(workspace)).pid, trainer.pid);
  });

  it('the trainer dies while no window is open: the next one shows the run as interrupted', async () => {
    const { workbench, workspace, server } = session();
    await killExtensionHosts(server);
    await crash(trainerOf(await onlyRun(workspace)));
    await workbench.reload();
    const sideBar = await workbench.openView('Randomized AT');
    await sideBar.getByRole('treeitem', { name: /^long, interrupted/ }).waitFor();
  });
});

async function killExtensionHosts(server: VsCodeServer): Promise<void> {
  for (const { pid } of await server.extensionHosts()) process.kill(pid, 'SIGKILL');
}

async function onlyRun(workspace: string): Promise<RunRecord> {
  const [only, another] = await readRuns(workspace);
  assert.ok(only && !another, 'there is not exactly one run');
  return only.record;
}
