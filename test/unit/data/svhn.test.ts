import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readMatFile } from '../../../extension/trainer/data/archives/matFile';
import { loadSvhn } from '../../../extension/trainer/data/svhn';
import { type MatVariable, matBytes } from './archiveFiles';
import { withFolder } from './idxFiles';

const [height, width, channels] = [4, 3, 3];

const pixel = (image: number, y: number, x: number, c: number): number => 60 * image + 12 * y + 4 * x + c;

/** Images in MATLAB's order, [height, width, channel, image] with the first index fastest. */
function variables(labels: readonly number[]): MatVariable[] {
  const data: number[] = [];
  for (const image of labels.keys()) {
    for (let c = 0; c < channels; c++) {
      for (let x = 0; x < width; x++) for (let y = 0; y < height; y++) data.push(pixel(image, y, x, c));
    }
  }
  return [
    { name: 'X', shape: [height, width, channels, labels.length], data: Uint8Array.from(data) },
    { name: 'y', shape: [labels.length, 1], data: labels },
  ];
}

describe('SVHN', () => {
  for (const compressed of [true, false]) {
    it(`is read from ${compressed ? 'compressed' : 'plain'} MATLAB files, 10 standing for the digit 0`, () =>
      withFolder(async folder => {
        await writeFile(join(folder, 'train_32x32.mat'), matBytes(variables([1, 10, 9]), { compressed }));
        await writeFile(join(folder, 'test_32x32.mat'), matBytes(variables([10, 2]), { compressed }));
        const { train, test, classes } = await loadSvhn(folder);
        assert.deepEqual([classes, train.count, train.height, train.width], [10, 3, height, width]);
        assert.deepEqual([...train.labels], [1, 0, 9]);
        assert.deepEqual([...test.labels], [0, 2]);
        const expected: number[] = [];
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) expected.push(pixel(2, y, x, c));
        }
        assert.deepEqual([...train.images.subarray(2 * expected.length)], expected);
      }));
  }

  it('reads labels that MATLAB stored as bytes', () => {
    const file = matBytes([{ name: 'y', shape: [2, 1], data: Uint8Array.of(3, 10) }]);
    assert.deepEqual([...(readMatFile(file, 'a.mat').get('y')?.data ?? [])], [3, 10]);
  });

  it('names the file that is missing, damaged or none', () =>
    withFolder(async folder => {
      const train = join(folder, 'train_32x32.mat');
      await assert.rejects(loadSvhn(folder), /train_32x32\.mat: the file cannot be read/);
      const cases: readonly (readonly [Uint8Array, RegExp])[] = [
        [
          Buffer.from('<html>'.repeat(40)),
          /train_32x32\.mat: expected a little-endian MATLAB 5\.0 MAT-file, found "<html>/,
        ],
        [
          matBytes(variables([1, 2])).subarray(0, 170),
          /train_32x32\.mat: the MATLAB file is broken: it ends inside/,
        ],
        [matBytes(variables([1, 2]).slice(1)), /train_32x32\.mat: it has no array "X" \(found y\)/],
        [matBytes(variables([1, 11])), /train_32x32\.mat: label 11 of image 1 is outside 1\.\.10/],
        [
          matBytes([...variables([1, 2]).slice(0, 1), { name: 'y', shape: [3, 1], data: [1, 2, 3] }]),
          /train_32x32\.mat: "y" has 3 labels for the 2 images/,
        ],
      ];
      for (const [bytes, message] of cases) {
        await writeFile(train, bytes);
        await assert.rejects(loadSvhn(folder), message);
      }
      const damaged = Buffer.from(matBytes(variables([1, 2])));
      damaged.fill(0xff, 150, 160);
      await writeFile(train, damaged);
      await assert.rejects(
        loadSvhn(folder),
        /train_32x32\.mat: the MATLAB file is broken: a compressed array/,
      );
    }));
});
