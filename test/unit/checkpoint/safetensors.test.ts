import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bytesOf, type NamedArray } from '../../../extension/trainer/checkpoint/namedArray';
import {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  readSafetensorsMetadata,
  SafetensorsError,
} from '../../../extension/trainer/checkpoint/safetensors';
import { temporaryFolder } from '../run/folder/temporaryFolder';

const fixtures = path.resolve('test/fixtures');
const encode = (...from: Parameters<typeof encodeSafetensors>) => Buffer.concat(encodeSafetensors(...from));

/** Every element type, names that trip up careless code, a scalar, an empty array and views into larger memory. */
const mixed = new Map<string, NamedArray>([
  ['mask', { dtype: 'BOOL', shape: [3], data: Uint8Array.of(1, 0, 1) }],
  [
    'layer1.0.conv1.weight',
    { dtype: 'F32', shape: [2, 1, 1], data: new Float32Array([9, 1, 2]).subarray(1) },
  ],
  ['__proto__', { dtype: 'I64', shape: [], data: BigInt64Array.of(-(2n ** 63n)) }],
  ['constructor', { dtype: 'F64', shape: [1], data: Float64Array.of(Math.PI) }],
  ['0', { dtype: 'I32', shape: [2], data: Int32Array.of(-1, 2 ** 31 - 1) }],
  ['half "größe"\n', { dtype: 'F16', shape: [1], data: Uint16Array.of(0x3c00) }],
  ['brain', { dtype: 'BF16', shape: [1, 1], data: Uint16Array.of(0x3f80) }],
  ['empty', { dtype: 'F32', shape: [0, 5], data: new Float32Array(0) }],
  ['bytes', { dtype: 'U8', shape: [5], data: Uint8Array.of(0, 1, 2, 254, 255) }],
]);

const sorted = (arrays: ReadonlyMap<string, NamedArray>) =>
  [...arrays]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { dtype, shape, data }]) => ({ name, dtype, shape, data }));

describe('safetensors files', () => {
  const folder = temporaryFolder();

  it('come back as they were written, whatever the types and names', () => {
    const metadata = { format: 'pt', __proto: 'x', toString: 'y' };
    const file = decodeSafetensors(encode(mixed, metadata), 'mixed.safetensors');
    assert.deepEqual(sorted(file.arrays), sorted(mixed));
    assert.deepEqual(file.metadata, metadata);
    assert.equal(Object.getPrototypeOf({}), Object.prototype);
  });

  it('are the same, byte for byte, when written again', () => {
    const bytes = encode(mixed, { a: 'b' });
    const { arrays, metadata } = decodeSafetensors(bytes, 'mixed.safetensors');
    assert.deepEqual(encode(arrays, metadata), bytes);
    assert.deepEqual(encode(new Map()).subarray(8).toString('utf8'), '{}      ');
  });

  it('are laid out as the format demands: padded header, aligned elements, nothing between the arrays', () => {
    const bytes = encode(mixed);
    const headerBytes = Number(bytes.readBigUInt64LE(0));
    assert.equal(headerBytes % 8, 0);
    const header: Record<string, { dtype: string; data_offsets: [number, number] }> = JSON.parse(
      bytes.toString('utf8', 8, 8 + headerBytes),
    );
    const width: Record<string, number> = { F64: 8, I64: 8, F32: 4, I32: 4, F16: 2, BF16: 2, U8: 1, BOOL: 1 };
    let end = 0;
    const byPosition = Object.values(header).sort((a, b) => a.data_offsets[1] - b.data_offsets[1]);
    for (const { dtype, data_offsets: offsets } of byPosition) {
      assert.equal(offsets[0], end);
      assert.equal(offsets[0] % (width[dtype] ?? Number.NaN), 0, dtype);
      [, end] = offsets;
    }
    assert.equal(8 + headerBytes + end, bytes.byteLength);
  });

  it('are written without copying the arrays', () => {
    const data = new Float32Array(100);
    const pieces = encodeSafetensors(new Map([['w', { dtype: 'F32', shape: [100], data }]]));
    assert.equal(pieces[1]?.buffer, data.buffer);
  });

  it('made by PyTorch can be read, from memory and from disk, and written again', async () => {
    const names = (await readdir(fixtures)).filter(name => name.endsWith('.safetensors'));
    assert.ok(names.length >= 4);
    for (const name of names) {
      const bytes = await readFile(path.join(fixtures, name));
      const fromMemory = decodeSafetensors(bytes, name);
      const fromDisk = await readSafetensors(path.join(fixtures, name));
      assert.deepEqual(fromDisk, fromMemory);
      assert.deepEqual(await readSafetensorsMetadata(path.join(fixtures, name)), fromMemory.metadata);
      const again = decodeSafetensors(encode(fromMemory.arrays, fromMemory.metadata), name);
      assert.deepEqual(again.metadata, fromMemory.metadata);
      assert.equal(again.arrays.size, fromMemory.arrays.size);
      for (const [tensor, array] of fromMemory.arrays) {
        const other = again.arrays.get(tensor);
        assert.ok(other && Buffer.compare(bytesOf(other), bytesOf(array)) === 0, `${name}: ${tensor}`);
      }
    }
  });

  it('made by PyTorch hold the figures that PyTorch wrote', async () => {
    const { arrays, metadata } = await readSafetensors(path.join(fixtures, 'mnist-small-cnn.safetensors'));
    assert.deepEqual(arrays.get('conv1.weight')?.shape, [32, 1, 3, 3]);
    assert.deepEqual(arrays.get('fc1.weight')?.shape, [200, 1024]);
    assert.match(metadata['what'] ?? '', /PyTorch names/);
    const first = arrays.get('conv1.weight')?.data.slice(0, 3) ?? [];
    assert.deepEqual([...first], [-0.012094106525182724, 0.1673773229122162, -0.27460867166519165]);
  });

  it('cannot be written from an array that does not fill its shape', () => {
    const wrong = new Map([['fc.bias', { dtype: 'F32', shape: [3], data: new Float32Array(2) } as const]]);
    assert.throws(() => encodeSafetensors(wrong), /"fc\.bias" has 2 elements, its shape is \[3\]/);
    const reserved = new Map([
      ['__metadata__', { dtype: 'U8', shape: [0], data: new Uint8Array(0) } as const],
    ]);
    assert.throws(() => encodeSafetensors(reserved), SafetensorsError);
  });

  it('that cannot be opened or are cut short on disk are named', async () => {
    await assert.rejects(readSafetensors(folder.file('none.safetensors')), error => {
      assert.ok(error instanceof SafetensorsError);
      assert.match(
        error.message,
        /none\.safetensors: could not be read: the file or its folder does not exist/,
      );
      return true;
    });
    await assert.rejects(readSafetensors(folder.path), SafetensorsError);
    const bytes = encode(mixed);
    const file = folder.file('cut.safetensors');
    for (const length of [0, 7, 8, 100, bytes.byteLength - 1]) {
      await writeFile(file, bytes.subarray(0, length));
      await assert.rejects(readSafetensors(file), /cut\.safetensors: .*cut short/);
      await assert.rejects(readSafetensorsMetadata(file), /cut\.safetensors: .*cut short/);
    }
  });
});
