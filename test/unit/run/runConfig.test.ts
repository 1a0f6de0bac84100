import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseConfig } from '../../../extension/contract/config';
import { describeConfig, readStoredConfig } from '../../../extension/trainer/run/runConfig';

const source = `{
  "dataset": { "name": "mnist" },
  "model": { "name": "small-cnn" },
  "threat": { "norm": "linf", "epsilon": 0.2 }
}`;

describe('The config that a run keeps', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-config-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** `config.json` after a change of what the run had resolved. */
  async function store(change: (config: Record<string, unknown>) => void): Promise<void> {
    const parsed = parseConfig(source, 'my.rat.json');
    assert.ok('config' in parsed);
    const stored = JSON.parse(JSON.stringify(await describeConfig(parsed.config, source, folder, folder)));
    change(stored.config);
    await writeFile(path.join(folder, 'config.json'), JSON.stringify(stored));
  }

  it('is read as it was', async () => {
    await store(() => {});
    const { config } = await readStoredConfig(folder);
    assert.equal(config.threat.epsilon, 0.2);
  });

  it('of an older version lacks fields, which then have their defaults', async () => {
    await store(config => {
      delete config['ema'];
    });
    const { config } = await readStoredConfig(folder);
    const parsed = parseConfig(source, 'my.rat.json');
    assert.ok('config' in parsed);
    assert.deepEqual(config.ema, parsed.config.ema);
  });

  it('is refused where it says something else than its source', async () => {
    await store(config => {
      config['epochs'] = 999;
    });
    await assert.rejects(readStoredConfig(folder), /config\.json: "config" is not what this version/);
  });

  it('is refused where it has fields that this version does not know', async () => {
    await store(config => {
      config['telepathy'] = true;
    });
    await assert.rejects(readStoredConfig(folder), /another version/);
  });
});
