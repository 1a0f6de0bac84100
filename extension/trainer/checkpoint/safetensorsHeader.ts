import { type ArrayType, bytesPerElement, elementCount, isArrayType } from './namedArray';

/** Bytes of the number that every file begins with: the header's length, unsigned, little-endian. */
export const lengthBytes = 8;

/** The format's own limit, so that a damaged length asks for no absurd allocation. */
const maximumHeaderBytes = 100_000_000;

/** A file that is not what it says; the message names the file and the tensor. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
  readonly file: string;

  constructor(file: string, what: string, cause?: unknown) {
    super(`${file}: ${what}`, { cause });
    this.file = file;
  }
}

/** Where a tensor lies; `begin` and `end` count from the byte after the header. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: ArrayType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly entries: readonly TensorEntry[];
  readonly metadata: Record<string, string>;
}

/**
 * Reads the header's length and holds it against the file's size.
 * @param start the file's first bytes, at least 8 of them if it has as many
 * @param fileBytes the whole file's size
 * @throws SafetensorsError
 */
export function readHeaderLength(start: Uint8Array, fileBytes: number, file: string): number {
  if (fileBytes < lengthBytes || start.byteLength < lengthBytes) {
    throw new SafetensorsError(file, `not a safetensors file, or cut short: it has only ${fileBytes} bytes.`);
  }
  const length = new DataView(start.buffer, start.byteOffset, lengthBytes).getBigUint64(0, true);
  if (length > BigInt(maximumHeaderBytes)) {
    throw new SafetensorsError(
      file,
      `not a safetensors file: its first 8 bytes announce a header of ${length} bytes, and at most ${maximumHeaderBytes} are allowed.`,
    );
  }
  if (Number(length) > fileBytes - lengthBytes) {
    throw new SafetensorsError(
      file,
      `cut short: the header should have ${length} bytes, the file ends after ${fileBytes - lengthBytes} of them. Copy or download it again.`,
    );
  }
  return Number(length);
}

/**
 * Reads and checks a header: every tensor's range matches its type and shape, and the ranges fill the data exactly,
 * without overlap or gap, as the format demands.
 * @param bytes the header alone
 * @param dataBytes bytes that follow it in the file
 * @throws SafetensorsError
 */
export function parseHeader(bytes: Uint8Array, dataBytes: number, file: string): SafetensorsHeader {
  const json = parseObject(bytes, file);
  const entries: TensorEntry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') metadata = checkMetadata(value, file);
    else entries.push(checkTensor(name, value, file));
  }
  checkRanges(entries, dataBytes, file);
  return { entries, metadata };
}

function parseObject(bytes: Uint8Array, file: string): object {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw new SafetensorsError(file, 'not a safetensors file, or damaged: its header is not JSON.', error);
  }
  if (!isObject(value)) {
    throw new SafetensorsError(file, 'not a safetensors file: its header is not a JSON object.');
  }
  return value;
}

function checkMetadata(value: unknown, file: string): Record<string, string> {
  const pairs = isObject(value) ? Object.entries(value) : [];
  if (!isObject(value) || !pairs.every((pair): pair is [string, string] => typeof pair[1] === 'string')) {
    throw new SafetensorsError(file, '"__metadata__" in the header is not a map from names to strings.');
  }
  return Object.fromEntries(pairs);
}

function checkTensor(name: string, value: unknown, file: string): TensorEntry {
  const fail = (what: string) => new SafetensorsError(file, `tensor ${quote(name)}: ${what}`);
  if (!isObject(value)) throw fail('its header entry is not an object.');
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (!isArrayType(dtype)) {
    throw fail(
      `element type ${quote(dtype)} is not supported; convert it to one of ${Object.keys(bytesPerElement).join(', ')}.`,
    );
  }
  const count = Array.isArray(shape) ? elementCount(shape) : Number.NaN;
  if (Number.isNaN(count)) throw fail(`shape ${quote(shape)} is not a list of lengths.`);
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as unknown[]) : [];
  if (!isOffset(begin) || !isOffset(end) || begin > end) {
    throw fail(`data_offsets ${quote(offsets)} is not a range of bytes.`);
  }
  if (end - begin !== count * bytesPerElement[dtype]) {
    throw fail(
      `shape ${quote(shape)} of ${dtype} takes ${count * bytesPerElement[dtype]} bytes, data_offsets give it ${end - begin}.`,
    );
  }
  return { name, dtype, shape: shape as number[], begin, end };
}

function checkRanges(entries: readonly TensorEntry[], dataBytes: number, file: string): void {
  let filled = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < filled) {
      throw new SafetensorsError(
        file,
        `tensor ${quote(name)} overlaps another one: it begins at byte ${begin}, the one before ends at ${filled}.`,
      );
    }
    if (begin > filled) {
      throw new SafetensorsError(
        file,
        `bytes ${filled} to ${begin}, before tensor ${quote(name)}, belong to no tensor.`,
      );
    }
    if (end > dataBytes) {
      throw new SafetensorsError(
        file,
        `cut short: tensor ${quote(name)} ends at byte ${end} of the data, the file has ${dataBytes}. Copy or download it again.`,
      );
    }
    filled = end;
  }
  if (filled < dataBytes) {
    throw new SafetensorsError(file, `the last ${dataBytes - filled} bytes belong to no tensor.`);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOffset(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** A piece of the file for a message: as JSON, and never longer than a line. */
function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length <= 100 ? text : `${text.slice(0, 100)}...`;
}
