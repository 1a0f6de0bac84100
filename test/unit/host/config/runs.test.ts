import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Config, type RawConfig, resolveConfig } from '../../../../extension/contract/config';
import { formatEvent } from '../../../../extension/contract/metrics';
import { runFiles, runsFolder } from '../../../../extension/contract/runFolder';
import { lastRunOf } from '../../../../extension/host/config/runs/lastRun';
import { measuredSpeed } from '../../../../extension/host/config/runs/measuredSpeed';

describe('Earlier runs of a config', () => {
  let workspace: string;
  beforeEach(async () => {
    workspace = await mkdtemp(path.join(os.tmpdir(), 'randomized-at-config-runs-'));
  });
  afterEach(() => rm(workspace, { recursive: true, force: true }));

  it('give the speed of the newest run of the same network, for each forward-pass unit', async () => {
    await writeRun('20250101-000000-a-0001', configOf({}), { imagesPerSecond: 10 });
    await writeRun('20250102-000000-b-0002', configOf({ taylor: { estimator: 'antithetic' } }), {
      imagesPerSecond: 20,
    });
    await writeRun('20250103-000000-c-0003', configOf({ model: { name: 'preact-resnet-18' } }), {
      imagesPerSecond: 1,
    });
    assert.deepEqual(await measuredSpeed(workspace, configOf({ epochs: 7 })), {
      imageUnitsPerSecond: 20 * 39,
      run: '20250102-000000-b-0002',
      engine: 'wasm',
    });
  });

  it('give no speed of another engine, of no step, or of no run at all', async () => {
    assert.equal(await measuredSpeed(workspace, configOf({})), undefined);
    await writeRun('20250101-000000-a-0001', configOf({}), {});
    assert.equal(await measuredSpeed(workspace, configOf({})), undefined);
    await writeRun('20250102-000000-b-0002', configOf({}), { imagesPerSecond: 20 });
    assert.equal(await measuredSpeed(workspace, configOf({ compute: { engine: 'webgpu' } })), undefined);
    assert.ok(await measuredSpeed(workspace, configOf({ compute: { engine: 'wasm' } })));
  });

  it('pass over damaged run folders', async () => {
    await writeRun('20250101-000000-a-0001', configOf({}), { imagesPerSecond: 10 });
    const damaged = path.join(workspace, runsFolder, '20250102-000000-b-0002');
    await mkdir(damaged);
    await writeFile(path.join(damaged, runFiles.config), '{ "config": ');
    assert.equal((await measuredSpeed(workspace, configOf({})))?.run, '20250101-000000-a-0001');
  });

  it('are found by the name of the experiment, first those of the same folder', async () => {
    const config = configOf({ name: 'digits' });
    await writeRun('20250101-000000-digits-0001', config, {}, '/configs');
    await writeRun('20250102-000000-digits-0002', config, {}, '/elsewhere');
    await writeRun('20250103-000000-other-0003', configOf({ name: 'other' }), {}, '/configs');
    const found = async (folder: string) =>
      path.basename((await lastRunOf(workspace, 'digits', folder))?.folder ?? '');
    assert.equal(await found('/configs'), '20250101-000000-digits-0001');
    assert.equal(await found('/third'), '20250102-000000-digits-0002');
    assert.equal(await lastRunOf(workspace, 'unknown', '/configs'), undefined);
  });

  async function writeRun(
    id: string,
    config: Config,
    { imagesPerSecond }: { readonly imagesPerSecond?: number },
    configFolder = '/configs',
  ): Promise<void> {
    const folder = path.join(workspace, runsFolder, id);
    await mkdir(folder, { recursive: true });
    const stored = { config, source: '{}', configFolder };
    await writeFile(path.join(folder, runFiles.config), JSON.stringify(stored));
    await writeFile(path.join(folder, runFiles.record), JSON.stringify({ engine: 'wasm' }));
    const at = { step: 1, epoch: 0, time: '2025-01-01T00:00:00Z' };
    const loss = { total: 1, zeroth: 1, natural: 1 };
    const events =
      imagesPerSecond === undefined
        ? ''
        : formatEvent({ ...at, type: 'step', loss, learningRate: 0.1, imagesPerSecond: 5 }) +
          formatEvent({ ...at, type: 'step', loss, learningRate: 0.1, imagesPerSecond });
    await writeFile(path.join(folder, runFiles.metrics), events);
  }
});

function configOf(sections: Partial<RawConfig>): Config {
  return resolveConfig({
    dataset: { name: 'mnist' },
    model: { name: 'small-cnn' },
    threat: { norm: 'linf', epsilon: 0.3 },
    ...sections,
  });
}
