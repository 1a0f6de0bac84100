import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';
import { changedRun } from '../../../../extension/host/experiments/store/changedPath';
import { Coalescer } from '../../../../extension/host/experiments/store/coalescer';
import { keepLive } from '../../../../extension/host/experiments/store/liveRunStore';
import { RunStore } from '../../../../extension/host/experiments/store/runStore';
import { countingDisk, replaceRecord, temporaryWorkspace } from './runFolders';

describe('What a changed path means', () => {
  const runs = path.join(path.sep, 'w', '.rat', 'runs');
  const run = path.join(runs, '20230618-143005-a-0001');

  it('is the run folder it lies in', () => {
    assert.equal(changedRun(run, [runs]), run);
    assert.equal(changedRun(path.join(run, 'run.json'), [runs]), run);
    assert.equal(changedRun(path.join(run, 'checkpoints', 'last.state.json'), [runs]), run);
  });

  it('is every run when the folder above them came or went', () => {
    assert.equal(changedRun(runs, [runs]), 'all');
    assert.equal(changedRun(path.dirname(runs), [runs]), 'all');
  });

  it('is nothing elsewhere, and nothing hidden', () => {
    assert.equal(changedRun(path.join(path.sep, 'w', 'train.py'), [runs]), undefined);
    assert.equal(changedRun(path.join(path.dirname(runs), 'runs-old', 'a'), [runs]), undefined);
    assert.equal(changedRun(path.join(runs, '.trash', 'run.json'), [runs]), undefined);
  });
});

describe('A burst of changes', () => {
  it('is handed over together, the next ones only after that and a pause', async () => {
    const scheduled: { action: () => void; pause: number }[] = [];
    const handed: string[][] = [];
    let finish = () => {};
    const coalescer = new Coalescer<string>(
      250,
      keys => {
        handed.push([...keys]);
        return new Promise(resolve => {
          finish = resolve;
        });
      },
      (action, pause) => scheduled.push({ action, pause }),
    );
    for (const key of ['a', 'b', 'a', 'a']) coalescer.add(key);
    assert.equal(scheduled.length, 1);
    scheduled[0]?.action();
    coalescer.add('c');
    coalescer.add('a');
    assert.deepEqual(handed, [['a', 'b']]);
    assert.equal(scheduled.length, 1, 'one hand-over at a time');

    finish();
    await new Promise(setImmediate);
    assert.equal(scheduled.length, 2);
    scheduled[1]?.action();
    assert.deepEqual(handed, [
      ['a', 'b'],
      ['c', 'a'],
    ]);
    assert.deepEqual(
      scheduled.map(({ pause }) => pause),
      [250, 250],
    );
  });
});

describe('The list of runs under a watcher', () => {
  it('follows a run that trains, reading that run only', async () => {
    const workspace = await temporaryWorkspace();
    let watcher: FSWatcher | undefined;
    const running = { status: 'running', process: { pid: 1, startedAt: 'now' } } as const;
    const run = await workspace.addRun('20230618-143005-a-0001', { ...running, step: 1 });
    await workspace.addRun('20230618-143006-b-0002');
    const counting = countingDisk();
    const store = new RunStore({
      workspaceFolders: () => [workspace.folder],
      disk: counting.disk,
      isProcessAlive: () => true,
    });
    await store.scan();
    counting.forget();
    const live = keepLive(
      store,
      changed => {
        watcher = watch(run, (_event, name) => changed(path.join(run, String(name))));
        return { dispose: () => watcher?.close() };
      },
      action => setImmediate(action),
    );
    try {
      const step = () => {
        const entry = store.get(run);
        return entry?.kind === 'run' ? entry.record.step : undefined;
      };
      const followed = new Promise<void>(resolve => {
        store.onDidChange(() => step() === 2 && resolve());
      });
      await replaceRecord(run, { ...running, step: 2 });
      await followed;
      assert.ok(counting.reads.every(file => file.startsWith(run + path.sep)));
    } finally {
      live.dispose();
      if (watcher !== undefined) await once(watcher, 'close');
      await workspace.dispose();
    }
  });
});
