import { inflateSync } from 'node:zlib';
import { DataError } from '../dataError';

/** A numeric array of a MATLAB file, in MATLAB's order: the first index moves fastest. */
export interface MatArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Float64Array;
}

const headerLength = 128;

/** Data types of elements (MAT-File Format, "MAT-File Data Types"). */
const miUint8 = 2;
const miDouble = 9;
const miMatrix = 14;
const miCompressed = 15;

/** Array classes. */
const mxDouble = 6;
const mxUint8 = 9;

interface Element {
  readonly type: number;
  readonly data: Uint8Array;
  /** Where the next element begins. */
  readonly end: number;
}

/**
 * The arrays of unsigned bytes and doubles in a MATLAB level 5 file, compressed or not, by name. Others are left out.
 * @throws DataError naming the file
 *
 * Source: MathWorks, "MAT-File Format", Level 5.
 */
export function readMatFile(file: Uint8Array, path: string): Map<string, MatArray> {
  const version = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < headerLength || version.getUint16(124, true) !== 0x0100) {
    const found = Buffer.from(file.subarray(0, 19)).toString('latin1');
    throw new DataError(
      `${path}: expected a little-endian MATLAB 5.0 MAT-file, found ${JSON.stringify(found)}. Download the file again.`,
    );
  }
  const arrays = new Map<string, MatArray>();
  let position = headerLength;
  while (position < file.length) {
    const element = readElement(file, position, path);
    position = element.end;
    const matrix = element.type === miCompressed ? inflated(element.data, path) : element;
    if (matrix.type !== miMatrix) continue;
    const array = readMatrix(matrix.data, path);
    if (array) arrays.set(array.name, array);
  }
  return arrays;
}

function inflated(data: Uint8Array, path: string): Element {
  try {
    return readElement(inflateSync(data), 0, path);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw broken(
      path,
      `a compressed array cannot be read (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

/** A tag with its data: eight bytes and a multiple of eight, or both in eight bytes where the data are up to four. */
function readElement(bytes: Uint8Array, position: number, path: string): Element {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (position + 8 > bytes.length) throw broken(path, 'it ends inside an array');
  const first = view.getUint32(position, true);
  const isSmall = first >>> 16 !== 0;
  const type = isSmall ? first & 0xffff : first;
  const length = isSmall ? first >>> 16 : view.getUint32(position + 4, true);
  const begin = position + (isSmall ? 4 : 8);
  if (begin + length > bytes.length) throw broken(path, 'it ends inside an array');
  // Compressed elements alone are not padded.
  const padded = type === miCompressed ? length : Math.ceil(length / 8) * 8;
  return { type, data: bytes.subarray(begin, begin + length), end: isSmall ? position + 8 : begin + padded };
}

/** Flags, dimensions, name, values. */
function readMatrix(bytes: Uint8Array, path: string): (MatArray & { readonly name: string }) | undefined {
  const flags = readElement(bytes, 0, path);
  const dimensions = readElement(bytes, flags.end, path);
  const name = readElement(bytes, dimensions.end, path);
  const values = readElement(bytes, name.end, path);
  const arrayClass = flags.data[0] ?? 0;
  const view = new DataView(dimensions.data.buffer, dimensions.data.byteOffset, dimensions.data.byteLength);
  const shape = Array.from({ length: dimensions.data.length / 4 }, (_, i) => view.getInt32(4 * i, true));
  const data = numbersOf(arrayClass, values);
  if (!data) return undefined;
  const count = shape.reduce((product, size) => product * size, 1);
  const shown = Buffer.from(name.data).toString('latin1');
  if (data.length !== count) {
    throw broken(path, `"${shown}" of ${shape.join(' x ')} has ${data.length} values`);
  }
  return { name: shown, shape, data };
}

/** MATLAB stores doubles that are small integers as bytes. */
function numbersOf(arrayClass: number, { type, data }: Element): Uint8Array | Float64Array | undefined {
  if (arrayClass !== mxUint8 && arrayClass !== mxDouble) return undefined;
  if (type === miUint8) return data;
  if (type !== miDouble) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Float64Array.from({ length: data.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
}

function broken(path: string, what: string): DataError {
  return new DataError(`${path}: the MATLAB file is broken: ${what}. Download the file again.`);
}
