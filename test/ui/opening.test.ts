import assert from 'node:assert/strict';
import { useVsCode } from './support/suite';

describe('VS Code with the extension installed', () => {
  const session = useVsCode();

  it('shows "Start Randomized AT" in the command palette', async () => {
    const { workbench } = session();
    const entry = await workbench.findCommand('Start Randomized AT');
    assert.match((await entry.getAttribute('aria-label')) ?? '', /Start Randomized AT/);
    await workbench.page.keyboard.press('Escape');
  });

  it('opens an example config as JSON with comments, without a problem', async () => {
    const { workbench } = session();
    await workbench.openFile('mnist-quickstart.rat.json');
    await workbench.statusBar.getByRole('button', { name: 'JSON with Comments' }).waitFor();
    await workbench.statusBar.getByRole('button', { name: 'No Problems' }).waitFor();
  });
});
