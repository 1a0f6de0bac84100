import assert from 'node:assert/strict';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DataError } from '../../../extension/trainer/data/dataError';
import { loadIdxFolder } from '../../../extension/trainer/data/idxFolder';
import { counting, idxBytes, withFolder, writeDataset } from './idxFiles';

type Files = Parameters<typeof writeDataset>[1];

/** Asserts that a folder with these files is refused, with a message that names `file` and matches. */
const refuses = (files: Files, file: string, message: RegExp, classes?: number) =>
  withFolder(async folder => {
    await writeDataset(folder, files);
    await assert.rejects(loadIdxFolder(folder, { name: 'digits', classes }), error => {
      assert.ok(error instanceof DataError, String(error));
      assert.ok(error.message.startsWith(`${join(folder, file)}: `), error.message);
      assert.match(error.message, message);
      return true;
    });
  });

describe('A folder of IDX files', () => {
  it('is read with its sizes, labels and number of classes', () =>
    withFolder(async folder => {
      await writeDataset(folder);
      const { name, classes, train, test } = await loadIdxFolder(folder, { name: 'digits' });
      assert.deepEqual({ name, classes }, { name: 'digits', classes: 3 });
      assert.deepEqual([train.count, train.height, train.width, train.channels], [6, 3, 2, 1]);
      assert.deepEqual([...train.images], [...counting(36)]);
      assert.deepEqual([...train.labels], [0, 1, 2, 0, 1, 2]);
      assert.deepEqual([test.count, test.height, test.width, test.channels], [4, 3, 2, 1]);
    }));

  it('may name its files with a dot, compressed, or both', () =>
    withFolder(async folder => {
      await writeDataset(folder, {
        'train-images-idx3-ubyte': undefined,
        'train-images.idx3-ubyte': idxBytes([6, 3, 2], counting(36)),
        'train-labels-idx1-ubyte': undefined,
        'train-labels-idx1-ubyte.gz': gzipSync(idxBytes([6], counting(6, 3))),
        't10k-labels-idx1-ubyte': undefined,
        't10k-labels.idx1-ubyte.gz': gzipSync(idxBytes([4], counting(4, 3))),
      });
      const { train, test } = await loadIdxFolder(folder, { name: 'digits' });
      assert.deepEqual([train.count, test.count], [6, 4]);
    }));

  it('may hold colour images', () =>
    withFolder(async folder => {
      await writeDataset(folder, {
        'train-images-idx3-ubyte': undefined,
        'train-images-idx4-ubyte': idxBytes([6, 2, 4, 3], counting(144)),
        't10k-images-idx3-ubyte': idxBytes([4, 2, 4, 3], counting(96)),
      });
      const { train } = await loadIdxFolder(folder, { name: 'digits' });
      assert.deepEqual([train.height, train.width, train.channels], [2, 4, 3]);
    }));

  it('is refused when it is missing', () =>
    withFolder(async folder => {
      await assert.rejects(loadIdxFolder(join(folder, 'absent'), { name: 'digits' }), {
        name: 'DataError',
        message: /absent: the dataset's folder cannot be read \(ENOENT/,
      });
    }));

  it('is refused when a file is missing, with all names looked for', () =>
    refuses(
      { 't10k-labels-idx1-ubyte': undefined },
      '',
      /t10k-labels-idx1-ubyte, t10k-labels-idx1-ubyte\.gz, t10k-labels\.idx1-ubyte, t10k-labels\.idx1-ubyte\.gz/,
    ));

  it('is refused when images and labels differ in number', () =>
    refuses(
      { 'train-labels-idx1-ubyte': idxBytes([5], counting(5, 3)) },
      'train-labels-idx1-ubyte',
      /5 labels for the 6 images in .*train-images-idx3-ubyte/,
    ));

  it('is refused when images and labels are swapped', async () => {
    const labels = idxBytes([6], counting(6, 3));
    const images = idxBytes([6, 3, 2], counting(36));
    await refuses({ 'train-images-idx3-ubyte': labels }, 'train-images-idx3-ubyte', /found shape 6\./);
    await refuses(
      { 'train-labels-idx1-ubyte': images },
      'train-labels-idx1-ubyte',
      /found shape 6 x 3 x 2\./,
    );
  });

  it('is refused when training and test images differ in size', () =>
    refuses(
      { 't10k-images-idx3-ubyte': idxBytes([4, 2, 3], counting(24)) },
      't10k-images-idx3-ubyte',
      /test images are 2 x 3 x 1, training images in .* 3 x 2 x 1/,
    ));

  it('is refused when a label is not one of the classes', async () => {
    await refuses({}, 'train-labels-idx1-ubyte', /label 2 of image 2 is outside 0\.\.1.*at least 3/, 2);
    await refuses(
      { 't10k-labels-idx1-ubyte': idxBytes([4], new Uint8Array([0, 1, 9, 2])) },
      't10k-labels-idx1-ubyte',
      /label 9 of image 2 is outside 0\.\.2/,
    );
  });
});
