import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { changeTags, parseMeta, plainTag } from '../../../../extension/host/experiments/meta/runMeta';
import { updateMeta } from '../../../../extension/host/experiments/meta/updateMeta';
import { temporaryWorkspace } from './runFolders';

describe('Name, star, tags and note of a run', () => {
  let workspace: Awaited<ReturnType<typeof temporaryWorkspace>>;
  let run: string;

  beforeEach(async () => {
    workspace = await temporaryWorkspace();
    run = await workspace.addRun('20230618-143005-mnist-3f9a');
  });
  afterEach(() => workspace.dispose());

  const meta = async () => JSON.parse(await readFile(path.join(run, 'meta.json'), 'utf8'));

  it('are kept in meta.json, with nothing left beside it', async () => {
    await updateMeta(run, () => ({ displayName: ' with AWP ', tags: ['#b', 'a b', 'b'], note: 'x' }));
    assert.deepEqual(await meta(), { displayName: 'with AWP', tags: ['a-b', 'b'], note: 'x' });
    assert.deepEqual((await readdir(run)).sort(), ['meta.json', 'run.json']);
  });

  it('are all kept when several change at once', async () => {
    await Promise.all([
      updateMeta(run, before => ({ ...before, starred: true })),
      updateMeta(run, before => ({ ...before, note: 'two' })),
      updateMeta(run, before => ({ ...before, tags: ['three'] })),
    ]);
    assert.deepEqual(await meta(), { starred: true, tags: ['three'], note: 'two' });
  });

  it('are gone when emptied', async () => {
    await updateMeta(run, () => ({ displayName: 'x', starred: true, tags: ['a'], note: 'n' }));
    await updateMeta(run, () => ({ displayName: '', starred: false, tags: [], note: ' ' }));
    assert.deepEqual(await meta(), {});
  });

  it('are not overwritten when the file is damaged, which is told by name', async () => {
    const file = path.join(run, 'meta.json');
    await writeFile(file, '{ "note": "by hand",, }');
    await assert.rejects(
      updateMeta(run, before => ({ ...before, starred: true })),
      new RegExp(`${path.basename(file)} is damaged.*Mend or delete it`),
    );
    assert.equal(await readFile(file, 'utf8'), '{ "note": "by hand",, }');
  });

  it('cannot be written to a run that is gone, which is told by name', async () => {
    await rm(run, { recursive: true });
    await assert.rejects(
      updateMeta(run, before => ({ ...before, starred: true })),
      /meta\.json could not be written/,
    );
  });

  it('leave out fields of a wrong type', () => {
    assert.deepEqual(parseMeta('{"displayName":3,"tags":["a",7],"starred":"yes","note":null}'), {
      tags: ['a'],
    });
    assert.equal(parseMeta('[]'), undefined);
  });

  it('have tags that read as one word', () => {
    assert.equal(plainTag(' # last layer, 2 '), 'last-layer-2');
  });
});

describe('Changing the tags of several runs', () => {
  it('takes away only what was unticked and adds what was ticked', () => {
    assert.deepEqual(changeTags(['own', 'common'], ['common'], ['new']), ['own', 'new']);
    assert.deepEqual(changeTags(['own', 'common'], ['common'], ['common', 'own']), ['own', 'common']);
  });
});
