import assert from 'node:assert/strict';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import {
  CheckpointError,
  loadCheckpoint,
  saveCheckpoint,
  settleCheckpoint,
} from '../../../extension/trainer/checkpoint/checkpointStore';
import { diskOperations, type FileOperations } from '../../../extension/trainer/run/folder/fileOperations';
import { temporaryFolder } from '../run/folder/temporaryFolder';
import { checkpoint, markOf } from './checkpoints';

type Outcome = 'done' | 'failed';
type Fault = { readonly at: number; readonly lasting: boolean; readonly error: () => Error };

const killed = (at: number): Fault => ({ at, lasting: true, error: () => new Error('The process is dead.') });
const diskFull = (at: number): Fault => ({
  at,
  lasting: false,
  error: () => Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC', syscall: 'write' }),
});

/**
 * A disk on which the operation number `at` does not happen (of a write, the first half does), and, when the fault is
 * lasting, none after it either: what a process killed at that point leaves.
 */
function faultyDisk({ at, lasting, error }: Fault) {
  let count = 0;
  const passes = () => {
    count += 1;
    return lasting ? count < at : count !== at;
  };
  const operations: FileOperations = {
    makeFolder: path => (passes() ? diskOperations.makeFolder(path) : Promise.reject(error())),
    rename: (from, to) => (passes() ? diskOperations.rename(from, to) : Promise.reject(error())),
    remove: path => (passes() ? diskOperations.remove(path) : Promise.reject(error())),
    // Only the power's failing would tell whether the disk has what it was given.
    syncFolder: () => (passes() ? Promise.resolve() : Promise.reject(error())),
    async write(path, chunks) {
      const bytes = Buffer.concat(chunks);
      if (passes()) return writeFile(path, bytes);
      // After its last half of a file a dead process writes nothing.
      if (count === at) await writeFile(path, bytes.subarray(0, bytes.byteLength / 2));
      throw error();
    },
  };
  return { operations, count: () => count };
}

const noFault: Fault = { at: Number.POSITIVE_INFINITY, lasting: true, error: () => new Error('never') };

describe('a checkpoint whose save dies', () => {
  const scratch = temporaryFolder();
  let folder = '';
  beforeEach(() => {
    folder = scratch.file('checkpoints');
  });

  const loadedMark = async () => markOf(await loadCheckpoint(folder, 'last'));

  async function save(step: number, mark: number, fault: Fault): Promise<Outcome> {
    try {
      await saveCheckpoint(folder, 'last', checkpoint(step, mark), faultyDisk(fault).operations);
      return 'done';
    } catch (error) {
      assert.ok(error instanceof CheckpointError);
      return 'failed';
    }
  }

  /** How many disk operations a save takes after an earlier one. */
  async function operationsOfASave(): Promise<number> {
    await save(1, 1, noFault);
    const disk = faultyDisk(noFault);
    await saveCheckpoint(folder, 'last', checkpoint(2, 2), disk.operations);
    await rm(folder, { recursive: true });
    assert.ok(disk.count() >= 8, `${disk.count()} operations`);
    return disk.count();
  }

  /** Only the three files of one checkpoint, whatever happened before. */
  async function assertTidy(): Promise<void> {
    await settleCheckpoint(folder, 'last');
    assert.deepEqual((await readdir(folder)).sort(), [
      'last.optimizer.safetensors',
      'last.safetensors',
      'last.state.json',
    ]);
  }

  it('is the old or the new one, whole, wherever the process is killed', async () => {
    const operations = await operationsOfASave();
    const marks: (number | undefined)[] = [];
    for (let at = 1; at <= operations; at++) {
      await save(1, 1, noFault);
      assert.equal(await save(2, 2, killed(at)), 'failed');
      const mark = await loadedMark();
      marks.push(mark);
      await assertTidy();
      assert.equal(await loadedMark(), mark, 'the same before and after tidying up');
      await rm(folder, { recursive: true });
    }
    // Old up to the commit, new from it on.
    const commit = marks.indexOf(2);
    assert.ok(commit > 0);
    assert.deepEqual(new Set(marks.slice(0, commit)), new Set([1]));
    assert.deepEqual(new Set(marks.slice(commit)), new Set([2]));
  });

  it('is none or whole when the very first save is killed', async () => {
    const operations = await operationsOfASave();
    const marks = new Set<number | undefined>();
    for (let at = 1; at <= operations; at++) {
      await save(1, 1, killed(at));
      marks.add(await loadedMark());
      await settleCheckpoint(folder, 'last');
      const leftovers = (await readdir(folder).catch(() => [])).filter(file => /next|tmp/.test(file));
      assert.deepEqual(leftovers, []);
      await rm(folder, { recursive: true, force: true });
    }
    assert.deepEqual(marks, new Set([undefined, 1]));
  });

  it('stays whole when a save is killed, and the next save, at the same step, is killed too', async () => {
    const operations = await operationsOfASave();
    const before = scratch.file('before');
    for (let first = 1; first <= operations; first++) {
      await save(1, 1, noFault);
      await save(2, 2, killed(first));
      const committed = await loadedMark();
      await cp(folder, before, { recursive: true });
      for (let second = 1; second <= operations + 3; second++) {
        const outcome = await save(2, 3, killed(second));
        const mark = await loadedMark();
        assert.ok(mark === 3 || (mark === committed && outcome === 'failed'), `${first}, ${second}: ${mark}`);
        await assertTidy();
        assert.equal(await loadedMark(), mark);
        await rm(folder, { recursive: true });
        await cp(before, folder, { recursive: true });
      }
      await rm(folder, { recursive: true });
      await rm(before, { recursive: true });
    }
  });

  it('stays whole when the tidying up after it is killed', async () => {
    const operations = await operationsOfASave();
    for (let first = 1; first <= operations; first++) {
      for (let second = 1; second <= 5; second++) {
        await save(1, 1, noFault);
        await save(2, 2, killed(first));
        const mark = await loadedMark();
        await settleCheckpoint(folder, 'last', faultyDisk(killed(second)).operations).catch(() => undefined);
        assert.equal(await loadedMark(), mark);
        await rm(folder, { recursive: true });
      }
    }
  });

  it('stays the old one when the disk is full, and leaves no half-written file to fill it', async () => {
    const operations = await operationsOfASave();
    let failures = 0;
    for (let at = 1; at <= operations; at++) {
      await save(1, 1, noFault);
      const outcome = await save(2, 2, diskFull(at));
      if (outcome === 'failed') failures += 1;
      const mark = await loadedMark();
      assert.ok(mark === 2 || (mark === 1 && outcome === 'failed'));
      assert.deepEqual(
        (await readdir(folder)).filter(file => /next|tmp/.test(file)),
        [],
      );
      await rm(folder, { recursive: true });
    }
    assert.ok(failures >= 3);
  });

  it('tells a full disk in words', async () => {
    await mkdir(folder);
    const disk = faultyDisk(diskFull(2));
    await assert.rejects(
      saveCheckpoint(folder, 'last', checkpoint(7, 1), disk.operations),
      /checkpoint "last" of step 7 was not saved\. .*last\.safetensors\.next could not be written: the disk is full/,
    );
  });
});
