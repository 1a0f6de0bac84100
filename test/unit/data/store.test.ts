import assert from 'node:assert/strict';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadStored } from '../../../extension/trainer/data/load';
import { storeFolder } from '../../../extension/trainer/data/store';
import { withFolder } from './idxFiles';
import { pngOf, writeTree } from './imageFiles';

const folders = (config: string) => ({ embeddedMnist: 'none', config });
const tree = {
  'train/a/1.png': pngOf(4, 4, () => [10]),
  'train/b/1.png': pngOf(4, 4, () => [20]),
  'test/a/1.png': pngOf(4, 4, () => [30]),
};

describe('The store of a decoded dataset', () => {
  const load = (folder: string, more = {}) =>
    loadStored({ name: 'images', path: '.', imageColour: 'grey', ...more }, folders(folder));
  const storesIn = async (folder: string) =>
    (await readdir(join(folder, storeFolder))).filter(name => name.endsWith('.safetensors'));

  it('gives the same images the second time, without decoding', () =>
    withFolder(async folder => {
      await writeTree(folder, tree);
      let decoded = 0;
      const count = () => {
        decoded++;
      };
      const choice = { name: 'images', path: '.', imageColour: 'grey' } as const;
      const first = await loadStored(choice, folders(folder), count);
      const second = await loadStored(choice, folders(folder), count);
      assert.deepEqual([first.from, second.from, decoded], ['files', 'store', 3]);
      assert.deepEqual(plain(second), plain(first));
      assert.equal(await readFile(join(folder, storeFolder, '.gitignore'), 'utf8'), '*\n');
    }));

  it('is made anew, and the old one removed, when a file changes, is added or removed', () =>
    withFolder(async folder => {
      await writeTree(folder, tree);
      await load(folder);
      await writeTree(folder, { 'train/b/1.png': pngOf(4, 4, () => [99]) });
      await utimes(join(folder, 'train/b/1.png'), 1, 2);
      const changed = await load(folder);
      assert.equal(changed.from, 'files');
      assert.equal(changed.dataset.train.images[16], 99);
      await writeTree(folder, { 'train/b/2.png': pngOf(4, 4, () => [100]) });
      assert.equal((await load(folder)).dataset.train.count, 3);
      assert.equal((await storesIn(folder)).length, 1);
    }));

  it('belongs to its size and colour', () =>
    withFolder(async folder => {
      await writeTree(folder, tree);
      await load(folder);
      assert.equal((await load(folder, { imageSize: 8 })).dataset.train.height, 8);
      assert.equal((await load(folder, { imageColour: 'rgb' })).dataset.train.channels, 3);
      assert.equal((await load(folder)).from, 'store');
      assert.equal((await storesIn(folder)).length, 3);
    }));

  it('is noticed to be damaged, wherever that is, and made anew', () =>
    withFolder(async folder => {
      await writeTree(folder, tree);
      const whole = plain(await load(folder));
      const [name = ''] = await storesIn(folder);
      const file = join(folder, storeFolder, name);
      const bytes = await readFile(file);
      for (const damage of [
        bytes.subarray(0, bytes.length - 1),
        bytes.subarray(0, 5),
        flipped(bytes, bytes.length - 1),
        flipped(bytes, bytes.length - 30),
        flipped(bytes, 20),
      ]) {
        await writeFile(file, damage);
        const again = await load(folder);
        assert.equal(again.from, 'files-again');
        assert.deepEqual(plain(again), whole);
        assert.equal((await load(folder)).from, 'store');
      }
    }));
});

function plain({ dataset }: Awaited<ReturnType<typeof loadStored>>) {
  const { name, classes, train, test } = dataset;
  return {
    name,
    classes,
    train: [...train.images, ...train.labels],
    test: [...test.images, ...test.labels],
  };
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
