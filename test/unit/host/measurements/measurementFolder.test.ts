import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ownIdentity } from '../../../../extension/contract/processIdentity';
import { type EndNotice, endNotice } from '../../../../extension/host/measurements/endNotice';
import {
  type EndedMeasurement,
  FollowedMeasurements,
  type Memory,
} from '../../../../extension/host/measurements/followed';
import { MeasurementFolder } from '../../../../extension/host/measurements/measurementFolder';
import { evaluation } from './stored';

const never = 2 ** 30;
const gone = { pid: 1, startedAt: 'boot elsewhere tick 1' };
const standing = { stage: 'fgsm', fraction: 0.5, seconds: 3 };

/** What the first followed one to end is told with. */
async function nextNotice(memory: Memory): Promise<EndNotice | undefined> {
  const followed = new FollowedMeasurements(memory, 1);
  const ended = await new Promise<EndedMeasurement>(resolve => followed.onDidEnd(resolve));
  followed.dispose();
  return endNotice(ended);
}

describe('the evaluations of a run', () => {
  let folder: string;
  let watched: MeasurementFolder;
  let changes: number;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-results-'));
    watched = new MeasurementFolder(path.join(folder, 'evaluations'), never);
    changes = 0;
    watched.onDidChange(() => changes++);
  });

  afterEach(async () => {
    watched.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const file = (name: string) => path.join(folder, 'evaluations', name);
  const write = async (name: string, value: unknown) => {
    await mkdir(path.join(folder, 'evaluations'), { recursive: true });
    await writeFile(file(name), typeof value === 'string' ? value : JSON.stringify(value));
  };
  const states = async () => {
    await watched.look();
    return watched.results.map(({ result, state }) => [result.name, state]);
  };

  it('are none where there is no folder, and appear when it comes', async () => {
    assert.deepEqual(await states(), []);
    assert.equal(changes, 0);
    await write('a.json', evaluation({ name: 'a' }));
    assert.deepEqual(await states(), [['a', 'finished']]);
    assert.equal(changes, 1);
    await states();
    assert.equal(changes, 1, 'nothing new, nothing told');
  });

  it('are shown while they grow, the newest first, and go with their file', async () => {
    const running = { status: 'running', process: ownIdentity(), standing } as const;
    await write('a.json', evaluation({ name: 'a', ...running }));
    await write('b.json', evaluation({ name: 'b', startedAt: '2026-02-01T00:00:00.000Z' }));
    assert.deepEqual(await states(), [
      ['b', 'finished'],
      ['a', 'running'],
    ]);
    await write('a.json', evaluation({ name: 'a', ...running, standing: { ...standing, fraction: 0.75 } }));
    await states();
    assert.equal(changes, 2);
    assert.equal(watched.results[1]?.result.standing?.fraction, 0.75);
    await rm(file('a.json'));
    assert.deepEqual(await states(), [['b', 'finished']]);
    assert.equal(changes, 3);
  });

  it('tell a stopped one from one that failed and one whose process died', async () => {
    const unfinished = { status: 'running', standing } as const;
    await write('a.json', evaluation({ name: 'a', ...unfinished, startedAt: '4' }));
    await write('b.json', evaluation({ name: 'b', ...unfinished, startedAt: '3', failure: 'No memory.' }));
    await write('c.json', evaluation({ name: 'c', ...unfinished, startedAt: '2', process: gone }));
    assert.deepEqual(await states(), [
      ['a', 'stopped'],
      ['b', 'failed'],
      ['c', 'died'],
    ]);
  });

  it('pass over files that are damaged or something else, until they are replaced', async () => {
    await write('final.json', { checkpoint: 'best', step: 3, type: 'evaluation', cleanAccuracy: 0.9 });
    await write('cut.json', JSON.stringify(evaluation()).slice(0, 300));
    await write('newer.json', { ...evaluation(), version: 2 });
    await write('notes.txt', 'text');
    assert.deepEqual(await states(), []);
    assert.equal(changes, 0);
    await write('cut.json', evaluation({ name: 'cut' }));
    assert.deepEqual(await states(), [['cut', 'finished']]);
    await write('cut.json', '{');
    assert.deepEqual(await states(), []);
    assert.equal(changes, 2);
  });

  it('are followed to their end over a reload of the window', async () => {
    const stored = new Map<string, unknown>();
    const memory = {
      get: (key: string) => stored.get(key),
      update: async (key: string, value: unknown) => void stored.set(key, value),
    };
    await write('a.json', evaluation({ status: 'running', process: ownIdentity() }));
    const before = new FollowedMeasurements(memory, never);
    before.add({ file: file('a.json'), title: 'FGSM on tiny' });
    before.dispose();

    await write('a.json', evaluation());
    const notice = await nextNotice(memory);
    assert.equal(notice?.text, 'FGSM on tiny has finished. Robust 90.0 %, clean 98.0 % of 100 images.');
    assert.deepEqual([...stored.values()], [[]], 'and is told of once');
  });

  it('of several radii are told of together', async () => {
    const { setting } = evaluation();
    const at = (epsilon: number, startedAt: string, worstCase: number) =>
      evaluation({ setting: { ...setting, epsilon }, startedAt, worstCase });
    await write('b.json', at(0.2, '2', 0.6));
    await write('a.json', at(0.1, '1', 0.9));
    await write('c.json', { ...at(0.3, '3', 0.2), command: { directory: '/', arguments: ['evaluate'] } });
    const followed = [{ file: file('a.json'), title: 'FGSM on tiny', process: gone }];
    const notice = await nextNotice({ get: () => followed, update: async () => undefined });
    assert.equal(
      notice?.text,
      'FGSM on tiny has finished. Robust 90.0 % at 0.1, 60.0 % at 0.2; clean 98.0 % of 100 images.',
    );
  });

  it('tell in their last notice what went wrong and what to do', () => {
    const notice = (
      changes: Parameters<typeof evaluation>[0],
      state: 'failed' | 'died' | 'stopped',
      lastWords = '',
    ) =>
      endNotice({
        file: 'a.json',
        title: 'FGSM on tiny',
        lastWords,
        measurements: [{ file: 'a.json', state, result: evaluation({ status: 'running', ...changes }) }],
      });
    const failed = notice({ failure: 'Out of memory. Take a smaller --batch.' }, 'failed');
    assert.equal(failed?.severity, 'error');
    assert.equal(failed?.text, 'FGSM on tiny failed: Out of memory. Take a smaller --batch.');
    assert.deepEqual(failed?.actions, ['Continue', 'Show']);
    assert.equal(
      notice({}, 'died', 'Killed')?.text,
      'FGSM on tiny was interrupted: its process is gone. Killed Continue goes on from its last batch.',
    );
    assert.equal(notice({}, 'stopped'), undefined);
  });
});
