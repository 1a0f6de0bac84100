import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DataError } from '../../../extension/trainer/data/dataError';
import { type IdxArray, readIdx } from '../../../extension/trainer/data/idx';
import { integers } from '../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../extension/trainer/random/key';
import { counting, idxBytes, withFolder } from './idxFiles';

/** Writes the bytes to a file and reads it as IDX. */
async function read(bytes: Uint8Array): Promise<IdxArray> {
  const results: IdxArray[] = [];
  await withFolder(async folder => {
    await writeFile(join(folder, 'images'), bytes);
    results.push(await readIdx(join(folder, 'images')));
  });
  const [array] = results;
  assert.ok(array);
  return array;
}

/** Asserts that reading fails with a DataError that names the file and matches. */
async function refuses(bytes: Uint8Array, message: RegExp): Promise<void> {
  await assert.rejects(read(bytes), error => {
    assert.ok(error instanceof DataError, String(error));
    assert.match(error.message, /randomized-at-data-\w+.images: /);
    assert.match(error.message, message);
    return true;
  });
}

const images = idxBytes([5, 4, 3], counting(60));

describe('An IDX file', () => {
  it('is read with its shape', async () => {
    const { shape, data } = await read(images);
    assert.deepEqual(shape, [5, 4, 3]);
    assert.deepEqual(Uint8Array.from(data), counting(60));
  });

  it('may be compressed, whatever its name', async () => {
    const { shape, data } = await read(gzipSync(images));
    assert.deepEqual(shape, [5, 4, 3]);
    assert.deepEqual(Uint8Array.from(data), counting(60));
  });

  it('may hold labels, or images with channels', async () => {
    assert.deepEqual((await read(idxBytes([7], counting(7)))).shape, [7]);
    assert.deepEqual((await read(idxBytes([2, 4, 4, 3], counting(96)))).shape, [2, 4, 4, 3]);
  });

  it('is refused when it is missing', async () => {
    await withFolder(async folder => {
      const expected = { name: 'DataError', message: /absent: the file cannot be read \(ENOENT/ };
      await assert.rejects(readIdx(join(folder, 'absent')), expected);
      await assert.rejects(readIdx(folder), { name: 'DataError', message: /EISDIR/ });
    });
  });

  it('is refused when it is cut short or too long, with both lengths', async () => {
    await refuses(images.subarray(0, 40), /cut short.*5 x 4 x 3.*means 76 bytes, found 40/);
    await refuses(new Uint8Array([...images, 0, 0]), /surplus bytes.*means 76 bytes, found 78/);
    await refuses(gzipSync(images.subarray(0, 40)), /means 76 bytes, found 40 after decompression/);
    await refuses(gzipSync(new Uint8Array([...images, 0])), /longer than the 76 bytes/);
  });

  it('is refused when it is cut short within the header', async () => {
    await refuses(new Uint8Array(0), /found 0 bytes/);
    await refuses(images.subarray(0, 3), /found 3 bytes/);
    await refuses(images.subarray(0, 15), /expected a header of 16 bytes, found 15 bytes/);
  });

  it('is refused when it is something else', async () => {
    await refuses(new TextEncoder().encode('<!DOCTYPE html>'), /not an IDX file: it begins with 3c 21 44 4f/);
    await refuses(idxBytes([2], counting(2), 0x0a), /not an IDX file: it begins with 00 00 0a 01/);
  });

  it('is refused when its values are not unsigned bytes, in words', async () => {
    const types: readonly (readonly [number, string])[] = [
      [0x09, 'signed bytes'],
      [0x0b, '16-bit integers'],
      [0x0c, '32-bit integers'],
      [0x0d, '32-bit floats'],
      [0x0e, '64-bit floats'],
    ];
    for (const [type, words] of types) {
      await refuses(idxBytes([2], counting(16), type), new RegExp(`holds ${words} \\(type ${type}\\)`));
    }
  });

  it('is refused when its dimensions are absurd, before memory is taken for them', async () => {
    await refuses(idxBytes([], new Uint8Array(0)), /has 0 dimensions/);
    await refuses(idxBytes([1, 1, 1, 1, 1], counting(1)), /has 5 dimensions/);
    await refuses(idxBytes([0, 28, 28], new Uint8Array(0)), /is empty: its shape is 0 x 28 x 28/);
    const huge = idxBytes([0xffffffff, 0xffffffff, 0xffffffff], counting(10));
    await refuses(huge, /4294967295 x 4294967295 x 4294967295/);
    await refuses(gzipSync(huge), /4294967295 x 4294967295 x 4294967295/);
    await refuses(
      gzipSync(idxBytes([60000, 28, 28], counting(10))),
      /47040016 bytes, more than \d+ compressed/,
    );
  });

  it('is refused when it decompresses to far more than its header says', async () => {
    await refuses(gzipSync(idxBytes([10], new Uint8Array(50_000_000))), /longer than the 18 bytes/);
  });

  it('is refused when its compressed data are broken', async () => {
    const compressed = gzipSync(idxBytes([20_000], counting(20_000, 251)));
    const flipped = compressed.slice();
    flipped[flipped.length >> 1] = (flipped[flipped.length >> 1] ?? 0) ^ 0x40;
    await refuses(flipped, /gzip data are broken/);
    await refuses(compressed.subarray(0, -20), /gzip data are broken \(unexpected end of file\)/);
  });
});

describe('A damaged IDX file', () => {
  /** Reading ends with data of the right length or with a DataError, and in no other way. */
  async function survives(bytes: Uint8Array, path: string): Promise<void> {
    await writeFile(path, bytes);
    try {
      const { shape, data } = await readIdx(path);
      assert.equal(
        data.length,
        shape.reduce((product, size) => product * size, 1),
      );
    } catch (error) {
      assert.ok(error instanceof DataError, `${error}`);
    }
  }

  const undamaged = [images, gzipSync(images)];

  it('never crashes the reader, wherever it is cut', () =>
    withFolder(async folder => {
      for (const bytes of undamaged) {
        for (let length = 0; length < bytes.length; length++) {
          await survives(bytes.subarray(0, length), join(folder, 'cut'));
        }
      }
    }));

  it('never crashes the reader, whichever byte of its beginning is changed', () =>
    withFolder(async folder => {
      for (const bytes of undamaged) {
        for (let place = 0; place < 16; place++) {
          for (const change of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
            const damaged = bytes.slice();
            damaged[place] = (damaged[place] ?? 0) ^ change;
            await survives(damaged, join(folder, 'changed'));
          }
        }
      }
    }));

  it('never crashes the reader, whatever bytes are changed', () =>
    withFolder(async folder => {
      for (let trial = 0; trial < 300; trial++) {
        const key = derive(rootKey(7), trial);
        const damaged = (undamaged[trial % 2] ?? images).slice();
        const places = integers(derive(key, 'places'), 1 + (trial % 5), damaged.length);
        const values = integers(derive(key, 'values'), places.length, 256);
        for (const [i, place] of places.entries()) damaged[place] = values[i] ?? 0;
        await survives(damaged, join(folder, 'changed'));
      }
    }));
});
