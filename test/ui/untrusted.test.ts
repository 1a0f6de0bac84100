import { longConfig } from './support/configs';
import { useVsCode } from './support/suite';

describe('A workspace that is not trusted', () => {
  const session = useVsCode({ 'long.rat.json': longConfig }, { trusted: false });

  it('is browsed and edited, and nothing is trained in it', async () => {
    const { workbench } = session();
    const sideBar = await workbench.openView('Randomized AT');
    await sideBar.getByRole('treeitem', { name: /^long/ }).waitFor();
    await workbench.openFile('long.rat.json');
    await workbench.waitForNoCommand('Start Randomized AT');
    await workbench.findCommand('Edit Config as Form');
  });
});
