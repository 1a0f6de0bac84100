import os from 'node:os';
import path from 'node:path';
import { useVsCode } from './support/suite';

describe('A published setting', () => {
  const noData = path.join(os.tmpdir(), 'randomized-at-no-datasets');
  const session = useVsCode({}, { environment: { RANDOMIZED_AT_DATA: noData } });

  it('becomes a config with its sources, and the missing dataset is offered with its terms', async () => {
    const { workbench } = session();
    await workbench.runCommand('New Config from Preset…');
    await workbench.answer('awp-rat-cifar-100-preact-resnet-18-linf');
    await workbench.tab('awp-rat-cifar-100-preact-resnet-18-linf.rat.json').waitFor();
    await workbench.page.getByText('AWP_first_second/train_res18_our.py').first().waitFor();
    await workbench.statusBar.getByRole('button', { name: 'No Problems' }).waitFor();
    const missing = workbench.notification('is not on this machine yet');
    await missing.getByRole('button', { name: 'Get Dataset…' }).click();
    const terms = workbench.notification('cs.toronto.edu/~kriz/cifar-100-binary.tar.gz (168.5 MB)');
    await terms.getByText(noData).waitFor();
    await terms.getByRole('button', { name: 'Cancel' }).click();
  });

  it('says how long it will take, after a step measured on this machine', async () => {
    const { workbench } = session();
    await workbench.runCommand('New Config from Preset…');
    await workbench.answer('trades-rat-mnist-small-cnn-linf');
    await workbench.tab('trades-rat-mnist-small-cnn-linf.rat.json').waitFor();
    await workbench.runCommand('Estimate Training Cost');
    const unknown = workbench.notification('No time is given');
    await unknown.getByRole('button', { name: 'Measure a Step Now' }).click();
    const known = workbench.notification(/all 100 about .*a step measured here \(simd\)/);
    await known.getByRole('button', { name: 'OK' }).click();
  });
});
