import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { parseEvaluation, type RobustnessEvaluation } from '../../extension/contract/evaluation';
import { isProcessAlive } from '../../extension/contract/processIdentity';
import { readMeasurements, readRuns } from '../vscode/trainers';
import { shortConfig } from './support/configs';
import { openedDashboard } from './support/dashboard';
import { useVsCode } from './support/suite';

/** Every test goes on where the last one ended. */
describe('Evaluating the robustness of a run', () => {
  const session = useVsCode({ 'short.rat.json': shortConfig });
  const section = async (): Promise<FrameLocator> =>
    (await openedDashboard(session().workbench, 'short')).page;

  before('train it', async () => {
    const { workbench } = session();
    await workbench.openFile('short.rat.json');
    await workbench.runCommand('Start Randomized AT');
    await (await openedDashboard(workbench, 'short')).waitForStatus('Finished');
    await workbench.runCommand('Clear All Notifications');
  });

  /** From the run's menu in the sidebar, with a list of attacks on the first test digits. */
  async function evaluate(attacks: string, examples: string): Promise<void> {
    const { workbench } = session();
    const sideBar = await workbench.openView('Randomized AT');
    await workbench.runFromMenu(
      sideBar.getByRole('treeitem', { name: /^short, finished/ }),
      'Evaluate Robustness…',
    );
    await workbench.pick('best');
    await workbench.pick('A list…');
    await workbench.answer(attacks);
    await workbench.pick("the run's own");
    await workbench.pick('Other…');
    await workbench.answer(examples);
  }

  it('gives accuracies with intervals, attack by attack', async () => {
    await evaluate('fgsm,pgd-5', '0..20');
    const page = await section();
    const row = page.locator('.evaluations-table tbody tr').filter({ hasText: 'FGSM, PGD-5' });
    await row.filter({ hasText: /ℓ∞ 0\.1.*best.*20.*%.*to.*%/ }).waitFor();
    await page.getByText(/of 20 examples stay robust/).waitFor();
    const [result] = await evaluations(session().workspace);
    assert.equal(result?.status, 'finished');
    const attacks = page.locator('.evaluation-details table').first();
    assert.deepEqual(
      await attacks.locator('tbody td:nth-child(4)').allTextContents(),
      [result.clean, ...Object.values(result.attacks), result.worstCase].map(
        accuracy => `${(100 * accuracy).toFixed(1)} %`,
      ),
    );
    await session()
      .workbench.notification(/FGSM, PGD-5 on short has finished\. Robust/)
      .waitFor();
  });

  it('shows how far it is, and goes on while the window is reloaded', async () => {
    const { workbench, workspace } = session();
    await evaluate('pgd-9999', '0..200');
    await (await section())
      .locator('.unfinished-item')
      .getByText(/PGD-9999 · \d+ % of the work/)
      .waitFor();
    const before = await atWork(workspace);
    await workbench.reload('runFolder');
    await (await section())
      .locator('.unfinished-item')
      .getByText(/PGD-9999 · \d+ % of the work/)
      .waitFor();
    assert.deepEqual((await atWork(workspace)).process, before.process);
  });

  it('can be stopped and continued', async () => {
    const { workspace } = session();
    const item = (await section()).locator('.unfinished-item');
    const first = (await atWork(workspace)).process;
    await item.getByRole('button', { name: 'Stop', exact: true }).click();
    await item.getByRole('status').filter({ hasText: 'Stopped' }).waitFor();
    assert.ok(first && !isProcessAlive(first));
    await item.getByRole('button', { name: 'Continue', exact: true }).click();
    await item.getByRole('status').filter({ hasText: 'Running' }).waitFor();
    const second = (await atWork(workspace)).process;
    assert.ok(second && isProcessAlive(second) && second.pid !== first.pid);
    await item.getByRole('button', { name: 'Stop', exact: true }).click();
    await item.getByRole('status').filter({ hasText: 'Stopped' }).waitFor();
  });
});

async function atWork(workspace: string): Promise<RobustnessEvaluation> {
  const running = (await evaluations(workspace)).find(({ process }) => process !== undefined);
  return running ?? assert.fail('nothing is at work');
}

/** All evaluations of the workspace's only run. */
async function evaluations(workspace: string): Promise<RobustnessEvaluation[]> {
  const [run] = await readRuns(workspace);
  const stored = await readMeasurements(run?.folder ?? '');
  return stored.flatMap(measurement => parseEvaluation(JSON.stringify(measurement)) ?? []);
}
