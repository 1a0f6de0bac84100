import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deletableFolder } from '../../../../extension/host/experiments/commands/deletableFolder';

describe('Deleting a run', () => {
  let workspace: string;
  let runs: string;
  let run: string;

  beforeEach(async () => {
    workspace = await realpath(await mkdtemp(path.join(tmpdir(), 'delete-')));
    runs = path.join(workspace, '.rat', 'runs');
    run = path.join(runs, '20230618-143005-mnist-3f9a');
    await mkdir(path.join(run, 'checkpoints'), { recursive: true });
    await mkdir(path.join(workspace, 'precious'));
  });
  afterEach(() => rm(workspace, { recursive: true, force: true }));

  const refuses = (folder: string, why: RegExp) => assert.rejects(deletableFolder(folder, [runs]), why);

  it('takes a folder directly inside .rat/runs', async () => {
    assert.equal(await deletableFolder(run, [runs]), run);
  });

  it('takes it by its real path when .rat/runs is itself a link to another disk', async () => {
    const linked = path.join(workspace, 'linked-runs');
    await symlink(runs, linked);
    assert.equal(await deletableFolder(path.join(linked, path.basename(run)), [linked]), run);
  });

  it('refuses everything that is not directly inside it', async () => {
    await refuses(path.join(workspace, 'precious'), /does not lie directly in a \.rat\/runs/);
    await refuses(runs, /does not lie directly in/);
    await refuses(path.join(run, 'checkpoints'), /does not lie directly in/);
    await refuses(path.parse(workspace).root, /plain path/);
  });

  it('refuses crafted names', async () => {
    for (const name of ['..', '.', '', '../../precious', 'a/../../../precious', '.hidden', 'x\0y']) {
      await refuses(`${runs}/${name}`, /was not deleted: it (is not|does not)/);
    }
    await refuses(`${run}/../../../precious`, /plain path/);
    await refuses(path.relative(process.cwd(), run), /plain path/);
  });

  it('refuses a link, so that what it leads to stays', async () => {
    const link = path.join(runs, 'link');
    await symlink(path.join(workspace, 'precious'), link);
    await refuses(link, /it is a link/);
  });

  it('refuses a path through a link inside .rat/runs', async () => {
    await symlink(workspace, path.join(runs, 'up'));
    await refuses(path.join(runs, 'up', 'precious'), /does not lie directly in/);
  });

  it('refuses a file, and a folder that is gone', async () => {
    await writeFile(path.join(runs, 'notes.txt'), '');
    await refuses(path.join(runs, 'notes.txt'), /it is not a folder/);
    await refuses(path.join(runs, 'gone'), /does not exist any more/);
  });
});
