import assert from 'node:assert/strict';
import { copyFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import {
  CheckpointError,
  loadCheckpoint,
  saveCheckpoint,
} from '../../../extension/trainer/checkpoint/checkpointStore';
import { readSafetensors } from '../../../extension/trainer/checkpoint/safetensors';
import { temporaryFolder } from '../run/folder/temporaryFolder';
import { checkpoint, markOf } from './checkpoints';

describe('checkpoints of a run', () => {
  const folder = temporaryFolder();
  const load = (name: 'last' | 'best') => loadCheckpoint(folder.path, name);
  const save = (name: 'last' | 'best', ...from: Parameters<typeof checkpoint>) =>
    saveCheckpoint(folder.path, name, checkpoint(...from));

  it('come back as they were saved, and a newer one replaces the older', async () => {
    assert.equal(await load('last'), undefined);
    await save('last', 1, 10);
    assert.deepEqual(await load('last'), checkpoint(1, 10));
    await save('last', 2, 20);
    await save('last', 2, 21);
    assert.deepEqual(await load('last'), checkpoint(2, 21));
  });

  it('make the folder when it is missing, and loading does not', async () => {
    const missing = folder.file('run/checkpoints');
    assert.equal(await loadCheckpoint(missing, 'last'), undefined);
    assert.deepEqual(await readdir(folder.path), []);
    await saveCheckpoint(missing, 'last', checkpoint(1, 1));
    assert.equal(markOf(await loadCheckpoint(missing, 'last')), 1);
  });

  it('are exactly the files that the run folder promises', async () => {
    await save('last', 1, 10);
    await save('last', 2, 10);
    await save('best', 1, 11, { optimizer: false });
    assert.deepEqual((await readdir(folder.path)).sort(), [
      'best.safetensors',
      'best.state.json',
      'last.optimizer.safetensors',
      'last.safetensors',
      'last.state.json',
    ]);
    const weights = await readSafetensors(folder.file('best.safetensors'));
    assert.deepEqual([...weights.arrays.keys()].sort(), ['bn1.running_mean', 'conv1.weight']);
    assert.equal(weights.metadata['format'], 'pt');
  });

  it('keep best and last apart', async () => {
    await save('last', 5, 50);
    await save('best', 3, 30, { optimizer: false });
    assert.equal(markOf(await load('last')), 50);
    assert.equal(markOf(await load('best')), 30);
  });

  it('drop the optimizer of an older one that the newer does not have', async () => {
    await save('last', 1, 10);
    await save('last', 2, 20, { optimizer: false });
    assert.equal((await load('last'))?.optimizer, undefined);
    assert.ok(!(await readdir(folder.path)).includes('last.optimizer.safetensors'));
  });

  it('can be loaded while the trainer saves newer ones', async () => {
    await save('last', 0, 0);
    let saving = true;
    const saves = (async () => {
      for (let step = 1; step <= 30; step++) await save('last', step, step);
      saving = false;
    })();
    let newest = 0;
    while (saving) {
      const mark = markOf(await load('last')) ?? -1;
      assert.ok(mark >= newest, `${mark} after ${newest}`);
      newest = mark;
    }
    await saves;
    assert.equal(markOf(await load('last')), 30);
  });
});

describe('a damaged checkpoint', () => {
  const folder = temporaryFolder();

  beforeEach(async () => {
    await saveCheckpoint(folder.path, 'last', checkpoint(8, 80));
    await saveCheckpoint(folder.path, 'best', checkpoint(4, 40, { optimizer: false }));
  });

  async function refused(...words: RegExp[]): Promise<void> {
    await assert.rejects(loadCheckpoint(folder.path, 'last'), error => {
      assert.ok(error instanceof CheckpointError);
      for (const word of words) assert.match(error.message, word);
      return true;
    });
  }

  it('is refused with the file named, and says that the best one is whole', async () => {
    await truncate(folder.file('last.safetensors'), 100);
    await refused(/last\.safetensors: cut short/, /"best" checkpoint \(step 4\) is whole/);
    assert.equal(markOf(await loadCheckpoint(folder.path, 'best')), 40);
  });

  it('says when the best one is damaged as well', async () => {
    await truncate(folder.file('last.safetensors'), 100);
    await truncate(folder.file('best.safetensors'), 100);
    await refused(/last\.safetensors/, /no whole "best"/);
  });

  it('says that its weights are whole when only the optimizer is lost', async () => {
    await rm(folder.file('last.optimizer.safetensors'));
    await refused(
      /last\.optimizer\.safetensors: .*does not exist/,
      /weights in \S*last\.safetensors are whole/,
    );
  });

  it('is refused when its files come from different saves', async () => {
    await copyFile(folder.file('best.safetensors'), folder.file('last.safetensors'));
    await refused(/last\.safetensors belongs to another checkpoint/);
  });

  it('is refused when the state is damaged, missing or from a newer program', async () => {
    const state = folder.file('last.state.json');
    const text = await readFile(state, 'utf8');
    await writeFile(state, text.slice(0, 20));
    await refused(/last\.state\.json is damaged/, /"best" checkpoint/);
    await writeFile(state, text.replace('"step": 8', '"step": -8'));
    await refused(/last\.state\.json is damaged/);
    await writeFile(state, text.replace('"version": 1', '"version": 2'));
    await refused(/newer one\. Update/);
    await rm(state);
    await refused(/last\.state\.json is missing/);
  });

  it('is replaced by the next save', async () => {
    for (const damage of [
      () => writeFile(folder.file('last.state.json'), '{'),
      () => rm(folder.file('last.state.json')),
      () => truncate(folder.file('last.safetensors'), 9),
      () => rm(folder.file('last.optimizer.safetensors')),
    ]) {
      await damage();
      await saveCheckpoint(folder.path, 'last', checkpoint(9, 90));
      assert.equal(markOf(await loadCheckpoint(folder.path, 'last')), 90);
    }
  });
});
