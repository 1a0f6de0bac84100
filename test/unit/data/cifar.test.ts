import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CifarFormat, cifar10, cifar100, loadCifar } from '../../../extension/trainer/data/cifar';
import { tarBytes, tarGz } from './archiveFiles';
import { withFolder } from './idxFiles';

const small10: CifarFormat = { ...cifar10, recordsPerTrainFile: 2, recordsPerTestFile: 3 };
const small100: CifarFormat = { ...cifar100, recordsPerTrainFile: 4, recordsPerTestFile: 2 };

/** Byte of image `image` at row y, column x, channel c: planes and rows cannot be mistaken for each other. */
const pixel = (image: number, y: number, x: number, c: number): number =>
  (image + 31 * y + 7 * x + 97 * c) % 256;

/** A record of the official layout: labels, then the planes of red, green and blue. */
function record(labels: readonly number[], image: number): Uint8Array {
  const planes = [0, 1, 2].flatMap(c =>
    Array.from({ length: 1024 }, (_, at) => pixel(image, Math.floor(at / 32), at % 32, c)),
  );
  return Uint8Array.from([...labels, ...planes]);
}

const batch = (records: readonly Uint8Array[]): Uint8Array => Buffer.concat(records);

/** Images 0, 1, 2, ... over the training files and then the test file, with labels `image % 10`. */
function files10(): Record<string, Uint8Array> {
  let next = 0;
  const take = (count: number) => batch(Array.from({ length: count }, () => record([next % 10], next++)));
  return Object.fromEntries(
    [...cifar10.train, ...cifar10.test].map(name => [name, take(name.startsWith('test') ? 3 : 2)]),
  );
}

const inFolder = (files: Readonly<Record<string, Uint8Array>>, folder: string) =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes]));

async function write(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
}

describe('CIFAR in the official binary version', () => {
  it('is the same from the archive, gzipped or not, the folder of the archive, and the unpacked files', () =>
    withFolder(async folder => {
      const packed = inFolder(files10(), cifar10.folder);
      await write(join(folder, 'archive'), {
        [cifar10.archive]: tarGz(packed),
        'plain.tar': tarBytes(packed),
      });
      await write(join(folder, 'unpacked', cifar10.folder), files10());
      const places = [
        'archive',
        `archive/${cifar10.archive}`,
        'archive/plain.tar',
        'unpacked',
        `unpacked/${cifar10.folder}`,
      ];
      for (const place of places) {
        const { train, test, classes, name } = await loadCifar(join(folder, place), small10);
        assert.deepEqual([name, classes, train.count, test.count], ['cifar-10', 10, 10, 3], place);
        assert.deepEqual([...train.labels], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert.deepEqual([...test.labels], [0, 1, 2]);
        for (const [y, x, c] of [
          [0, 0, 0],
          [5, 31, 1],
          [31, 2, 2],
        ] as const) {
          assert.equal(train.images[(3 * 1024 + 32 * y + x) * 3 + c], pixel(3, y, x, c));
          assert.equal(test.images[(2 * 1024 + 32 * y + x) * 3 + c], pixel(12, y, x, c));
        }
      }
    }));

  it("CIFAR-100's class is the second label byte", () =>
    withFolder(async folder => {
      const fine = [99, 7, 50, 0];
      await write(folder, {
        'train.bin': batch(fine.map((label, i) => record([i, label], i))),
        'test.bin': batch([record([19, 98], 8), record([3, 1], 9)]),
      });
      const { train, test, classes } = await loadCifar(folder, small100);
      assert.equal(classes, 100);
      assert.deepEqual([...train.labels], fine);
      assert.deepEqual([...test.labels], [98, 1]);
      assert.equal(test.images[3 * 33 + 2], pixel(8, 1, 1, 2));
    }));

  it('names the file that is missing, cut short or has a wrong label', () =>
    withFolder(async folder => {
      await assert.rejects(
        loadCifar(folder, small10),
        /neither cifar-10-binary\.tar\.gz nor test_batch\.bin is there/,
      );
      const files = files10();
      await write(folder, {
        ...files,
        'data_batch_4.bin': files['data_batch_4.bin']?.subarray(1) ?? new Uint8Array(),
      });
      await assert.rejects(
        loadCifar(folder, small10),
        /data_batch_4\.bin: expected 2 records of 3073 bytes, 6146 in all; found 6145/,
      );
      await write(folder, { 'data_batch_4.bin': batch([record([3], 6), record([10], 7)]) });
      await assert.rejects(
        loadCifar(folder, small10),
        /data_batch_4\.bin: label 10 of record 1 is outside 0\.\.9/,
      );
      const archive = join(folder, 'x.tar.gz');
      const whole = tarGz(inFolder(files, cifar10.folder));
      await writeFile(archive, whole.subarray(0, whole.length - 40));
      await assert.rejects(loadCifar(archive, small10), /x\.tar\.gz: the gzip data are broken/);
      const plain = Buffer.from(tarBytes(inFolder(files, cifar10.folder)));
      await writeFile(archive, plain.subarray(0, 9000));
      await assert.rejects(loadCifar(archive, small10), /x\.tar\.gz: the tar archive is broken: .*cut short/);
      plain[0] = 0x7a;
      await writeFile(archive, plain);
      await assert.rejects(
        loadCifar(archive, small10),
        /x\.tar\.gz: the tar archive is broken: the header at byte 0/,
      );
      const { 'test_batch.bin': _, ...lacking } = files;
      await writeFile(archive, tarGz(inFolder(lacking, cifar10.folder)));
      await assert.rejects(
        loadCifar(archive, small10),
        /"cifar-10-batches-bin\/test_batch\.bin" is not in the archive/,
      );
    }));
});
