import { type FileHandle, open } from 'node:fs/promises';
import { causeInWords } from '../run/folder/fileErrors';
import { arrayFromBytes, bytesOf, bytesPerElement, elementCount, type NamedArray } from './namedArray';
import {
  lengthBytes,
  parseHeader,
  readHeaderLength,
  SafetensorsError,
  type SafetensorsHeader,
} from './safetensorsHeader';

export { SafetensorsError } from './safetensorsHeader';

/**
 * The safetensors format (https://github.com/huggingface/safetensors): u64 header length, JSON header, packed
 * little-endian arrays. Arrays are shared with the machine's memory as they are, so the machine is little-endian, like
 * every one that Node and TensorFlow.js run on in practice.
 */
export interface SafetensorsFile {
  readonly arrays: Map<string, NamedArray>;
  readonly metadata: Record<string, string>;
}

/**
 * The file in pieces, to be written one after the other. The pieces of data are the arrays' own memory, not copies: leave
 * the arrays unchanged until they are written. Wide elements come first, so that each array is aligned in the file.
 * @throws SafetensorsError when an array's length does not match its shape
 */
export function encodeSafetensors(
  arrays: ReadonlyMap<string, NamedArray>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array[] {
  const order = [...arrays].sort(byWidthThenName);
  const fields: [string, unknown][] = metadata ? [['__metadata__', metadata]] : [];
  let end = 0;
  for (const [name, array] of order) {
    checkWritable(name, array);
    const begin = end;
    end += array.data.byteLength;
    fields.push([name, { dtype: array.dtype, shape: array.shape, data_offsets: [begin, end] }]);
  }
  return [encodeHeader(Object.fromEntries(fields)), ...order.map(([, array]) => bytesOf(array))];
}

/**
 * Reads a file that is in memory. Arrays are views of `bytes` where these are aligned.
 * @param file its name, for messages
 * @throws SafetensorsError whatever the bytes are
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): SafetensorsFile {
  const headerEnd = lengthBytes + readHeaderLength(bytes, bytes.byteLength, file);
  const data = bytes.subarray(headerEnd);
  return viewArrays(parseHeader(bytes.subarray(lengthBytes, headerEnd), data.byteLength, file), data);
}

/**
 * Reads a file from disk. The header is checked before room is made for the data.
 * @throws SafetensorsError also when the file cannot be read
 */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  return withFile(path, async (file, fileBytes) => {
    return readData(file, fileBytes, path, await readHeader(file, fileBytes, path));
  });
}

/**
 * Reads a file from disk if its metadata is the wanted one, and returns undefined otherwise. Both come from one opening
 * of the file: one that replaces it in between changes nothing.
 * @throws SafetensorsError also when the file cannot be read
 */
export async function readSafetensorsIf(
  path: string,
  wanted: (metadata: Readonly<Record<string, string>>) => boolean,
): Promise<SafetensorsFile | undefined> {
  return withFile(path, async (file, fileBytes) => {
    const start = await readHeader(file, fileBytes, path);
    return wanted(start.header.metadata) ? readData(file, fileBytes, path, start) : undefined;
  });
}

/**
 * Reads the header alone, checks it against the file's size and returns its metadata.
 * @throws SafetensorsError also when the file cannot be read
 */
export async function readSafetensorsMetadata(path: string): Promise<Record<string, string>> {
  return withFile(path, async (file, fileBytes) => (await readHeader(file, fileBytes, path)).header.metadata);
}

/** The format's own order: equal arrays make equal files. */
function byWidthThenName([nameA, a]: [string, NamedArray], [nameB, b]: [string, NamedArray]): number {
  return bytesPerElement[b.dtype] - bytesPerElement[a.dtype] || (nameA < nameB ? -1 : 1);
}

function checkWritable(name: string, array: NamedArray): void {
  if (name === '__metadata__') {
    throw new SafetensorsError('safetensors', 'a tensor cannot be named "__metadata__".');
  }
  if (elementCount(array.shape) !== array.data.length) {
    throw new SafetensorsError(
      'safetensors',
      `tensor "${name}" has ${array.data.length} elements, its shape is [${array.shape.join(', ')}].`,
    );
  }
}

/** Spaces at the header's end bring the data to a multiple of eight bytes. */
function encodeHeader(fields: object): Uint8Array {
  const json = Buffer.from(JSON.stringify(fields), 'utf8');
  const padded = Math.ceil(json.byteLength / 8) * 8;
  const bytes = new Uint8Array(lengthBytes + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, lengthBytes);
  return bytes;
}

function viewArrays({ entries, metadata }: SafetensorsHeader, data: Uint8Array): SafetensorsFile {
  const arrays = new Map<string, NamedArray>();
  for (const { name, dtype, shape, begin, end } of entries) {
    arrays.set(name, arrayFromBytes(dtype, shape, data.subarray(begin, end)));
  }
  return { arrays, metadata };
}

interface Start {
  readonly header: SafetensorsHeader;
  /** Position of the first byte after the header. */
  readonly dataBegin: number;
}

async function readHeader(file: FileHandle, fileBytes: number, path: string): Promise<Start> {
  const start = await readBytes(file, 0, Math.min(lengthBytes, fileBytes), path);
  const dataBegin = lengthBytes + readHeaderLength(start, fileBytes, path);
  const bytes = await readBytes(file, lengthBytes, dataBegin - lengthBytes, path);
  return { header: parseHeader(bytes, fileBytes - dataBegin, path), dataBegin };
}

async function readData(
  file: FileHandle,
  fileBytes: number,
  path: string,
  { header, dataBegin }: Start,
): Promise<SafetensorsFile> {
  return viewArrays(header, await readBytes(file, dataBegin, fileBytes - dataBegin, path));
}

async function readBytes(file: FileHandle, from: number, count: number, path: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  let filled = 0;
  while (filled < count) {
    // One read call moves at most 2 GiB.
    const length = Math.min(count - filled, 2 ** 30);
    const { bytesRead } = await file.read(bytes, filled, length, from + filled);
    if (bytesRead === 0) {
      throw new SafetensorsError(path, `cut short while it was read, after ${from + filled} bytes.`);
    }
    filled += bytesRead;
  }
  return bytes;
}

async function withFile<Result>(
  path: string,
  use: (file: FileHandle, fileBytes: number) => Promise<Result>,
): Promise<Result> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    return await use(file, (await file.stat()).size);
  } catch (error) {
    if (error instanceof SafetensorsError) throw error;
    throw new SafetensorsError(path, `could not be read: ${causeInWords(error)}.`, error);
  } finally {
    await file?.close();
  }
}
