import assert from 'node:assert/strict';
import {
  decodeSafetensors,
  encodeSafetensors,
  SafetensorsError,
} from '../../../extension/trainer/checkpoint/safetensors';

/** A file with this header, as it stands, and so many bytes of data. */
function fileWith(header: unknown, dataBytes: number, announced?: bigint): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header), 'latin1');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(announced ?? BigInt(json.byteLength));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
}

const tensor = (dtype: unknown, shape: unknown, offsets: unknown) => ({
  dtype,
  shape,
  data_offsets: offsets,
});
const good = tensor('F32', [2], [0, 8]);

/** What a person reads about a damaged file. */
function messageOf(bytes: Uint8Array): string {
  try {
    decodeSafetensors(bytes, 'model.safetensors');
  } catch (error) {
    assert.ok(error instanceof SafetensorsError, String(error));
    assert.equal(error.file, 'model.safetensors');
    return error.message;
  }
  return 'no error';
}

describe('a safetensors file that is not what it says', () => {
  it('is refused when its header is none', () => {
    const cases: [Buffer, RegExp][] = [
      [Buffer.alloc(0), /has only 0 bytes/],
      [fileWith('', 0), /header is not JSON/],
      [fileWith('{"a":', 0), /header is not JSON/],
      [fileWith('{"\xff\xfe":1}', 0), /header is not JSON/],
      [fileWith('\xef\xbb\xbf{}', 0), /header is not JSON/],
      [fileWith('[]', 0), /not a JSON object/],
      [fileWith('null', 0), /not a JSON object/],
      [fileWith('{}', 0, 3n), /cut short: the header should have 3 bytes, the file ends after 2/],
      [fileWith('{}', 0, 2n ** 64n - 1n), /not a safetensors file: .* 18446744073709551615 bytes/],
      [fileWith('{}', 0, 100_000_001n), /at most 100000000/],
      [Buffer.from('PK\x03\x04 a PyTorch .pt file is a zip archive'), /not a safetensors file/],
      [fileWith({ __metadata__: { a: 1 } }, 0), /"__metadata__".*strings/],
      [fileWith({ __metadata__: [] }, 0), /"__metadata__".*strings/],
    ];
    for (const [bytes, words] of cases) assert.match(messageOf(bytes), words);
  });

  it('is refused, with the tensor named, when a tensor makes no sense', () => {
    const cases: [unknown, RegExp][] = [
      [7, /not an object/],
      [null, /not an object/],
      [tensor('F8_E4M3', [2], [0, 2]), /element type "F8_E4M3" is not supported; convert it to one of F64/],
      [tensor('toString', [2], [0, 8]), /element type "toString"/],
      [tensor(undefined, [2], [0, 8]), /element type missing/],
      [tensor('F32', 2, [0, 8]), /shape 2 is not a list/],
      [tensor('F32', [-2], [0, 8]), /shape \[-2\]/],
      [tensor('F32', [2.5], [0, 10]), /shape \[2\.5\]/],
      [tensor('F32', ['2'], [0, 8]), /shape \["2"\]/],
      [tensor('F32', [2 ** 40, 2 ** 40], [0, 8]), /shape \[1099511627776,1099511627776\]/],
      [tensor('F32', [2], [0]), /data_offsets \[0\]/],
      [tensor('F32', [2], [8, 0]), /data_offsets \[8,0\]/],
      [tensor('F32', [2], [-8, 0]), /data_offsets \[-8,0\]/],
      [tensor('F32', [2], ['0', '8']), /data_offsets \["0","8"\]/],
      [tensor('F32', [3], [0, 8]), /shape \[3\] of F32 takes 12 bytes, data_offsets give it 8/],
    ];
    for (const [entry, words] of cases) {
      const message = messageOf(fileWith({ 'fc.weight': entry }, 8));
      assert.match(message, words);
      assert.match(message, /^model\.safetensors: tensor "fc\.weight": /);
    }
  });

  it('is refused when tensors overlap, leave gaps or end beyond the file', () => {
    assert.match(
      messageOf(fileWith({ a: good, b: tensor('F32', [2], [4, 12]) }, 12)),
      /"b" overlaps another/,
    );
    assert.match(messageOf(fileWith({ a: good, b: good }, 8)), /overlaps/);
    assert.match(messageOf(fileWith({ a: good, b: tensor('U8', [1], [9, 10]) }, 10)), /bytes 8 to 9, before/);
    assert.match(messageOf(fileWith({ a: good }, 7)), /cut short: tensor "a" ends at byte 8.*has 7/);
    assert.match(messageOf(fileWith({ a: good }, 10)), /the last 2 bytes belong to no tensor/);
    assert.equal(messageOf(fileWith({ a: good }, 8)), 'no error');
  });

  it('does not fill the screen with what is damaged', () => {
    assert.ok(
      messageOf(fileWith({ ['x'.repeat(100_000)]: tensor('F32', 'y'.repeat(100_000), [0, 8]) }, 8)).length <
        400,
    );
  });

  it('never does anything but load or be refused, however its header is corrupted', () => {
    const random = mulberry32(20230618);
    const below = (limit: number) => Math.floor(random() * limit);
    const arrays = new Map([
      ['conv1.weight', { dtype: 'F32', shape: [2, 3, 1, 1], data: new Float32Array(6) } as const],
      ['bn1.num_batches_tracked', { dtype: 'I64', shape: [], data: new BigInt64Array(1) } as const],
      ['mask', { dtype: 'BOOL', shape: [4], data: new Uint8Array(4) } as const],
    ]);
    const sound = Buffer.concat(encodeSafetensors(arrays, { format: 'pt' }));
    const headerEnd = 8 + Number(sound.readBigUInt64LE(0));
    const pieces = [
      '0',
      '-1',
      '1e308',
      '9007199254740993',
      '[]',
      '{}',
      'null',
      '"__proto__":',
      ',',
      '"',
      '[[[[',
      '}',
    ];
    let refused = 0;
    for (let round = 0; round < 20_000; round++) {
      let bytes = Buffer.from(sound);
      for (let change = below(3); change >= 0; change--) {
        const at = 8 + below(headerEnd - 8);
        const kind = below(5);
        if (kind === 0) bytes[at % bytes.byteLength] = below(256);
        else if (kind === 1) bytes[below(Math.min(8, bytes.byteLength))] = below(256);
        else if (kind === 2) bytes = bytes.subarray(0, 8 + below(bytes.byteLength - 7));
        else if (kind === 3) bytes.write(String(below(10)), at % bytes.byteLength, 'latin1');
        else {
          const piece = Buffer.from(pieces[below(pieces.length)] ?? '');
          bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + piece.byteLength)]);
        }
      }
      if (messageOf(bytes) !== 'no error') refused += 1;
    }
    assert.ok(refused > 10_000, `${refused} refused`);
  });
});

/** A small generator with a fixed seed, so that every run of the test corrupts the same bytes. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
