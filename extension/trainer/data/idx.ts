import { readFile } from 'node:fs/promises';
import { DataError } from './dataError';
import { gunzipBeginning, gunzipWhole, isGzip } from './gzip';

/** An array of unsigned bytes, row-major, of the given shape. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

interface IdxHeader {
  readonly shape: readonly number[];
  /** Bytes before the data. */
  readonly length: number;
  /** Bytes of the whole file, decompressed. */
  readonly fileLength: number;
}

const unsignedByte = 0x08;

const otherTypes: Readonly<Record<number, string>> = {
  9: 'signed bytes',
  11: '16-bit integers',
  12: '32-bit integers',
  13: '32-bit floats',
  14: '64-bit floats',
};

/** Images with channels have four dimensions; nothing here has more. */
const mostDimensions = 4;

/** Node reads no longer file at once, and the data stay in memory. */
const longestFile = 2 ** 31 - 1;

/**
 * Reads an IDX file of unsigned bytes, gzip-compressed or not. Uncompressed data are a view of the file, not a copy.
 * Throws DataError when the file is missing, is no such file, or is shorter or longer than its header says.
 *
 * Format: http://yann.lecun.com/exdb/mnist — two zero bytes, the type, the number of dimensions, one big-endian 32-bit
 * integer a dimension, the data.
 */
export async function readIdx(path: string): Promise<IdxArray> {
  const file = await readWhole(path);
  const compressed = isGzip(file);
  const header = parseHeader(compressed ? gunzipBeginning(file, path) : file, path);
  const bytes = compressed ? await gunzipWhole(file, header.fileLength, path) : file;
  if (bytes.length !== header.fileLength) {
    const problem = bytes.length < header.fileLength ? 'is cut short' : 'has surplus bytes at its end';
    throw new DataError(
      `${path}: the file ${problem}: its header (${header.shape.join(' x ')}) means ${header.fileLength} bytes, ` +
        `found ${bytes.length}${compressed ? ' after decompression' : ''}. Download the file again.`,
    );
  }
  return { shape: header.shape, data: bytes.subarray(header.length) };
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`${path}: the file cannot be read (${reason}). Check dataset.path.`);
  }
}

function parseHeader(bytes: Uint8Array, path: string): IdxHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) {
    throw new DataError(
      `${path}: expected an IDX file, which begins with 4 bytes of type and dimensions, found ${bytes.length} bytes. ` +
        'Download the file again.',
    );
  }
  const type = view.getUint8(2);
  const dimensions = view.getUint8(3);
  if (view.getUint16(0) !== 0 || (type !== unsignedByte && otherTypes[type] === undefined)) {
    const found = [...bytes.subarray(0, 4)].map(byte => byte.toString(16).padStart(2, '0')).join(' ');
    throw new DataError(
      `${path}: not an IDX file: it begins with ${found} (hexadecimal), an IDX file of unsigned bytes with 00 00 08. ` +
        'Name a file in the format of the original MNIST.',
    );
  }
  if (type !== unsignedByte) {
    throw new DataError(
      `${path}: the IDX file holds ${otherTypes[type]} (type ${type}); only unsigned bytes (type 8) are read. ` +
        'Convert the values to 0..255 and save them as unsigned bytes.',
    );
  }
  if (dimensions < 1 || dimensions > mostDimensions) {
    throw new DataError(
      `${path}: the IDX file has ${dimensions} dimensions; expected 1 for labels, 3 (count, height, width) or ` +
        '4 (count, height, width, channels) for images.',
    );
  }
  const length = 4 + 4 * dimensions;
  if (bytes.length < length) {
    throw new DataError(
      `${path}: the file is cut short: expected a header of ${length} bytes, found ${bytes.length} bytes. ` +
        'Download the file again.',
    );
  }
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const fileLength = length + shape.reduce((product, size) => product * size, 1);
  if (fileLength === length) {
    throw new DataError(`${path}: the IDX file is empty: its shape is ${shape.join(' x ')}.`);
  }
  if (fileLength > longestFile) {
    throw new DataError(
      `${path}: its header (${shape.join(' x ')}) means ${fileLength} bytes, more than the ${longestFile} that are read. ` +
        'Download the file again, or use fewer images.',
    );
  }
  return { shape, length, fileLength };
}
