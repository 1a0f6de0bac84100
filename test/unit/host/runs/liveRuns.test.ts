import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ownIdentity } from '../../../../extension/contract/processIdentity';
import type { Event } from '../../../../extension/host/dispose';
import { type EndedRun, LiveRuns } from '../../../../extension/host/runs/liveRuns';
import { killTrainerOf, recordOf, resumeRun, startTinyRun } from '../../support/liveTrainer';

function next<Value>(event: Event<Value>, fits: (value: Value) => boolean = () => true): Promise<Value> {
  return new Promise(resolve => {
    const subscription = event(value => {
      if (!fits(value)) return;
      subscription.dispose();
      resolve(value);
    });
  });
}

describe('finding the runs that are being trained', () => {
  let folder: string;
  let run: string | undefined;
  const windows: LiveRuns[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-live-'));
  });

  afterEach(async () => {
    for (const window of windows.splice(0)) window.dispose();
    if (run !== undefined) await killTrainerOf(run);
    run = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  function openWindow(): LiveRuns {
    const window = new LiveRuns();
    windows.push(window);
    return window;
  }

  /** Resolves when the window has a line to the run's trainer. */
  async function reached(window: LiveRuns, runFolder: string): Promise<void> {
    while (!window.get(runFolder)?.control) await next(window.onDidChange);
  }

  const runsOf = () => path.join(folder, '.rat/runs');

  it('reaches a trainer that was started by a window that is gone', async () => {
    run = await startTinyRun(folder);
    const window = openWindow();
    await window.scan(runsOf());
    await reached(window, run);
    assert.equal(window.all.length, 1);
    await next(window.onDidProgress);
    const ended = next(window.onDidEnd);
    await window.get(run)?.control?.stop();
    assert.equal((await ended).record.status, 'stopped');
    assert.equal(window.get(run), undefined);
  });

  it('shows in every window that a run stands still', async () => {
    run = await startTinyRun(folder);
    const [one, other] = [openWindow(), openWindow()];
    await Promise.all([one.look(run), other.look(run)]);
    await Promise.all([reached(one, run), reached(other, run)]);
    const paused = next(other.onDidChange, changed => other.get(changed)?.paused === true);
    await one.get(run)?.control?.pause();
    await paused;
    const late = openWindow();
    await late.look(run);
    while (!late.get(run)?.paused) await next(late.onDidChange);
    const goesOn = next(other.onDidChange, changed => other.get(changed)?.paused === false);
    await late.get(run)?.control?.resume();
    await goesOn;
  });

  it('marks a killed run as interrupted, in one window only, and finds it live again when it is resumed', async () => {
    run = await startTinyRun(folder);
    const ends: EndedRun[] = [];
    const [one, other] = [openWindow(), openWindow()];
    for (const window of [one, other]) {
      window.onDidEnd(ended => ends.push(ended));
      await window.look(run);
      await reached(window, run);
    }
    const { control: address = '' } = await recordOf(run);
    await killTrainerOf(run);
    const runFolder = run;
    await Promise.all([one, other].flatMap(window => [window.look(runFolder), window.look(runFolder)]));
    assert.equal(ends.length, 1);
    const record = await recordOf(run);
    assert.deepEqual([record.status, record.process, record.control], ['interrupted', undefined, undefined]);
    assert.match(record.reason ?? '', /killed|crashed/);
    assert.ok(!existsSync(address) && !(await readdir(run)).some(file => file.endsWith('.lock')));
    assert.deepEqual([one.get(run), other.get(run)], [undefined, undefined]);
    await resumeRun(run);
    await one.look(run);
    await reached(one, run);
  });

  it('repairs what a crash of the machine has left, once', async () => {
    const stale = await writeRun('stale', {
      status: 'running',
      process: { pid: 1, startedAt: 'boot gone tick 1' },
    });
    const ends: string[] = [];
    const both = [openWindow(), openWindow()];
    for (const window of both) window.onDidEnd(({ folder: ended }) => ends.push(ended));
    await Promise.all(both.map(window => window.scan(runsOf())));
    assert.equal((await recordOf(stale)).status, 'interrupted');
    assert.deepEqual(ends, [stale]);
  });

  it('leaves alone what is finished, damaged, or just being opened by a trainer', async () => {
    const dead = { status: 'running', process: { pid: 1, startedAt: 'boot gone tick 1' } };
    const finished = await writeRun('finished', { status: 'finished' });
    const opened = await writeRun('opened', dead);
    await writeFile(path.join(opened, 'opening.lock'), JSON.stringify(ownIdentity()));
    const damaged = await writeRun('damaged', {});
    await writeFile(path.join(damaged, 'run.json'), '{"version": 1, "sta');
    const before = await Promise.all([finished, opened, damaged].map(textOf));
    const window = openWindow();
    await window.scan(runsOf());
    assert.deepEqual(await Promise.all([finished, opened, damaged].map(textOf)), before);
    assert.deepEqual(window.all, []);
  });

  it('takes over the repair from a window that died in the midst of it', async () => {
    const run = await writeRun('run', { status: 'running' });
    await writeFile(
      path.join(run, 'opening.lock'),
      JSON.stringify({ pid: 1, startedAt: 'boot gone tick 1' }),
    );
    await openWindow().scan(runsOf());
    assert.equal((await recordOf(run)).status, 'interrupted');
  });

  it('speaks to no other address than a trainer of this user would have', async () => {
    const elsewhere = path.join(folder, 'docker.sock');
    const run = await writeRun('run', { status: 'running', process: ownIdentity(), control: elsewhere });
    const window = openWindow();
    await window.look(run);
    assert.ok(window.get(run));
    assert.equal(await window.connect(run), undefined);
  });

  async function writeRun(name: string, changes: Record<string, unknown>): Promise<string> {
    const place = path.join(runsOf(), name);
    await mkdir(place, { recursive: true });
    const time = '2023-06-18T14:30:05.000Z';
    const record = {
      version: 1,
      id: name,
      name,
      createdAt: time,
      updatedAt: time,
      step: 0,
      epoch: 0,
      totalSteps: 9,
      seconds: 0,
    };
    await writeFile(path.join(place, 'run.json'), JSON.stringify({ ...record, ...changes }));
    return place;
  }

  const textOf = (place: string) => readFile(path.join(place, 'run.json'), 'utf8');
});
