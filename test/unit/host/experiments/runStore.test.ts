import assert from 'node:assert/strict';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RunStore } from '../../../../extension/host/experiments/store/runStore';
import { countingDisk, replaceRecord, temporaryWorkspace } from './runFolders';

const trainer = { pid: 4711, startedAt: '2023-06-18T12:30:05.000Z' };

describe('The list of runs', () => {
  let workspace: Awaited<ReturnType<typeof temporaryWorkspace>>;
  let counting: ReturnType<typeof countingDisk>;
  let alive: boolean;

  beforeEach(async () => {
    workspace = await temporaryWorkspace();
    counting = countingDisk();
    alive = true;
  });
  afterEach(() => workspace.dispose());

  const makeStore = () =>
    new RunStore({
      workspaceFolders: () => [workspace.folder],
      disk: counting.disk,
      isProcessAlive: () => alive,
    });

  it('is empty where nothing was ever trained', async () => {
    const store = makeStore();
    await store.scan();
    assert.deepEqual(store.entries, []);
  });

  it('holds every run with its figures, name, tags, star and note', async () => {
    const best = { step: 100, epoch: 1, cleanAccuracy: 0.9, robustAccuracy: 0.45 };
    const meta = { displayName: 'with AWP', starred: true, tags: ['awp'], note: 'seed 1' };
    const run = await workspace.addRun('20230618-143005-mnist-3f9a', { best }, meta);
    const store = makeStore();
    await store.scan();
    const entry = store.get(run);
    assert.equal(entry?.kind, 'run');
    assert.deepEqual(entry?.kind === 'run' && [entry.status, entry.record.best, entry.meta], [
      'finished',
      best,
      meta,
    ]);
  });

  it('finds the runs of every workspace folder', async () => {
    const other = await temporaryWorkspace();
    try {
      await workspace.addRun('20230618-143005-a-0001');
      await other.addRun('20230618-143005-a-0001');
      const store = new RunStore({
        workspaceFolders: () => [workspace.folder, other.folder],
        disk: counting.disk,
        isProcessAlive: () => true,
      });
      await store.scan();
      assert.equal(store.entries.length, 2);
    } finally {
      await other.dispose();
    }
  });

  it('shows a damaged folder with its reason, and the others as ever', async () => {
    await workspace.addRun('20230618-143005-good-0001');
    const half = await workspace.addRun('20230618-143006-half-0002');
    await writeFile(path.join(half, 'run.json'), '{ "version": 1, "id": "20230618');
    const newer = await workspace.addRun('20230618-143007-newer-0003');
    await writeFile(path.join(newer, 'run.json'), '{ "version": 2 }');
    const wrongType = await workspace.addRun('20230618-143007-type-0003');
    await writeFile(path.join(wrongType, 'run.json'), '{ "version": 1, "id": 7 }');
    await mkdir(path.join(workspace.runs, '20230618-143008-empty-0004'));
    await mkdir(path.join(workspace.runs, '20230618-143009-folder-0005', 'run.json'), { recursive: true });
    const store = makeStore();
    await store.scan();
    const reasons = store.entries.map(entry => [
      entry.id.slice(16),
      entry.kind === 'corrupt' ? entry.reason : '',
    ]);
    const reasonOf = (name: string) => String(reasons.find(([id]) => id === name)?.[1]);
    assert.equal(store.entries.length, 6);
    assert.equal(reasonOf('good-0001'), '');
    assert.match(reasonOf('half-0002'), /run\.json is damaged: it is not a JSON object/);
    assert.match(reasonOf('newer-0003'), /version 2.*Update the extension/);
    assert.match(reasonOf('type-0003'), /"id" is not a text/);
    assert.match(reasonOf('empty-0004'), /has no run\.json/);
    assert.match(reasonOf('folder-0005'), /could not be read/);
  });

  it('shows each of many runs with what is in its own folder', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => `20230618-1430${index}-run-3f9a`);
    await Promise.all(
      ids.map((id, index) => workspace.addRun(id, { step: index }, { note: `note ${index}` })),
    );
    await rm(path.join(workspace.runs, String(ids[7]), 'meta.json'));
    await rm(path.join(workspace.runs, String(ids[60]), 'run.json'));
    const store = makeStore();
    await store.scan();
    const shown = new Map(store.entries.map(entry => [entry.id, entry]));
    for (const [index, id] of ids.entries()) {
      const entry = shown.get(id);
      if (index === 60) assert.equal(entry?.kind, 'corrupt');
      else {
        const meta = index === 7 ? {} : { note: `note ${index}` };
        assert.deepEqual(entry?.kind === 'run' && [entry.record.step, entry.meta], [index, meta]);
      }
    }
  });

  it('shows a run whose meta.json is damaged, without what was added to it', async () => {
    const run = await workspace.addRun('20230618-143005-mnist-3f9a');
    await writeFile(path.join(run, 'meta.json'), '[');
    const store = makeStore();
    await store.scan();
    const entry = store.get(run);
    assert.deepEqual(entry?.kind === 'run' && entry.meta, {});
  });

  it('leaves out hidden folders, files and links', async () => {
    const run = await workspace.addRun('20230618-143005-mnist-3f9a');
    await mkdir(path.join(workspace.runs, '.trash'));
    await writeFile(path.join(workspace.runs, 'notes.txt'), '');
    await symlink(run, path.join(workspace.runs, 'link'));
    const store = makeStore();
    await store.scan();
    assert.deepEqual(
      store.entries.map(entry => entry.id),
      ['20230618-143005-mnist-3f9a'],
    );
  });

  it('keeps a figure that has diverged', async () => {
    const last = { step: 1, epoch: 1, cleanAccuracy: 0.1, robustAccuracy: 'NaN' as unknown as number };
    const run = await workspace.addRun('20230618-143005-mnist-3f9a', { last });
    const store = makeStore();
    await store.scan();
    const entry = store.get(run);
    assert.ok(entry?.kind === 'run' && Number.isNaN(entry.record.last?.robustAccuracy));
  });

  it('reads again only what has changed', async () => {
    const first = await workspace.addRun('20230618-143005-a-0001');
    await workspace.addRun('20230618-143006-b-0002', {}, { starred: true });
    const third = await workspace.addRun('20230618-143007-c-0003');
    const store = makeStore();
    await store.scan();

    counting.forget();
    await store.scan();
    assert.deepEqual(counting.reads, [], 'nothing has changed');

    await replaceRecord(first, { name: 'renamed' });
    await writeFile(path.join(third, 'meta.json'), '{"starred":true}');
    const told: string[] = [];
    store.onDidChange(folders => told.push(...folders));
    await store.scan();
    const both = (run: string) => [path.join(run, 'meta.json'), path.join(run, 'run.json')];
    assert.deepEqual(counting.reads, [...both(first), ...both(third)]);
    assert.deepEqual(told.sort(), [first, third]);
  });

  it('does not tell of a damaged folder again and again', async () => {
    await mkdir(path.join(workspace.runs, '20230618-143008-empty-0004'), { recursive: true });
    const store = makeStore();
    await store.scan();
    let told = 0;
    store.onDidChange(() => told++);
    await store.scan();
    assert.equal(told, 0);
  });

  it('shows a damaged folder as a run once it is whole', async () => {
    const run = path.join(workspace.runs, '20230618-143005-mnist-3f9a');
    await mkdir(run, { recursive: true });
    const store = makeStore();
    await store.scan();
    assert.equal(store.get(run)?.kind, 'corrupt');
    await replaceRecord(run, {});
    await store.update([run]);
    assert.equal(store.get(run)?.kind, 'run');
  });

  it('drops a run whose folder is gone', async () => {
    const gone = await workspace.addRun('20230618-143005-a-0001');
    const alsoGone = await workspace.addRun('20230618-143006-b-0002');
    const store = makeStore();
    await store.scan();
    await rm(gone, { recursive: true });
    await store.update([gone]);
    assert.equal(store.get(gone), undefined);
    await rm(alsoGone, { recursive: true });
    await store.scan();
    assert.deepEqual(store.entries, []);
  });

  it('shows a running run whose trainer is dead as interrupted', async () => {
    alive = false;
    const run = await workspace.addRun('20230618-143005-a-0001', { status: 'running', process: trainer });
    const released = await workspace.addRun('20230618-143006-b-0002', { status: 'running' });
    const store = makeStore();
    await store.scan();
    for (const folder of [run, released]) {
      const entry = store.get(folder);
      assert.equal(entry?.kind === 'run' && entry.status, 'interrupted');
    }
  });

  it('notices that a trainer was killed, though no file has changed', async () => {
    const run = await workspace.addRun('20230618-143005-a-0001', { status: 'running', process: trainer });
    const store = makeStore();
    await store.scan();
    const told: string[] = [];
    store.onDidChange(folders => told.push(...folders));
    store.recheckProcesses();
    assert.deepEqual(told, []);
    alive = false;
    store.recheckProcesses();
    const entry = store.get(run);
    assert.equal(entry?.kind === 'run' && entry.status, 'interrupted');
    assert.deepEqual(told, [run]);
  });
});
