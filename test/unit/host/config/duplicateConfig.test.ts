import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseConfig } from '../../../../extension/contract/config';
import { duplicateConfig } from '../../../../extension/host/config/files/duplicateConfig';
import { temporaryWorkspace } from '../experiments/runFolders';

describe('Duplicating a run as a new config', () => {
  let workspace: Awaited<ReturnType<typeof temporaryWorkspace>>;
  let run: string;
  let source: string;

  beforeEach(async () => {
    workspace = await temporaryWorkspace();
    run = await workspace.addRun('20230618-143005-mnist-3f9a');
    source = await readFile(path.join('examples', 'mnist-quickstart.rat.json'), 'utf8');
  });
  afterEach(() => workspace.dispose());

  const store = (text: string, configFolder: string) =>
    writeFile(path.join(run, 'config.json'), JSON.stringify({ source: text, configFolder }));

  it('writes a valid config beside the original one, comments kept, under a name of its own', async () => {
    const folder = path.join(workspace.folder, 'configs');
    await mkdir(folder);
    await store(source, folder);
    const copy = await duplicateConfig(run, workspace.folder);
    assert.equal(copy, path.join(folder, 'mnist-quickstart-copy.rat.json'));
    const text = await readFile(copy, 'utf8');
    assert.equal(text, source.replace('"mnist-quickstart"', '"mnist-quickstart-copy"'));
    assert.ok('config' in parseConfig(text, copy));
  });

  it('never overwrites: the next copy has the next number, also of a copy', async () => {
    await store(source, workspace.folder);
    await duplicateConfig(run, workspace.folder);
    const second = await duplicateConfig(run, workspace.folder);
    assert.equal(path.basename(second), 'mnist-quickstart-copy-2.rat.json');
    await store(await readFile(second, 'utf8'), workspace.folder);
    const third = await duplicateConfig(run, workspace.folder);
    assert.equal(path.basename(third), 'mnist-quickstart-copy-3.rat.json');
  });

  it('goes into the workspace when the original lay elsewhere, and still finds its data', async () => {
    const elsewhere = path.join(path.dirname(workspace.folder), 'elsewhere');
    await store('{ "dataset": { "name": "idx", "path": "data" } }', elsewhere);
    const copy = await duplicateConfig(run, workspace.folder);
    assert.equal(path.dirname(copy), workspace.folder);
    const { dataset } = JSON.parse(await readFile(copy, 'utf8'));
    assert.equal(dataset.path, path.join(elsewhere, 'data'));
  });

  it('stays in the workspace whatever name the file claims', async () => {
    await store('{ "name": "../../evil" }', workspace.folder);
    const copy = await duplicateConfig(run, workspace.folder);
    assert.equal(path.dirname(copy), workspace.folder);
    const long = `{ "name": "${'n'.repeat(64)}" }`;
    await store(long, workspace.folder);
    assert.ok(path.basename(await duplicateConfig(run, workspace.folder), '.rat.json').length <= 64);
  });

  it('names the file that has no config to copy', async () => {
    await assert.rejects(duplicateConfig(run, workspace.folder), /config\.json could not be read/);
    await writeFile(path.join(run, 'config.json'), '{}');
    await assert.rejects(duplicateConfig(run, workspace.folder), /config\.json lacks "source"/);
    await writeFile(path.join(run, 'config.json'), 'null');
    await assert.rejects(duplicateConfig(run, workspace.folder), /config\.json lacks "source"/);
  });
});
