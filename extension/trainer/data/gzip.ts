import { promisify } from 'node:util';
import { constants, gunzip, gunzipSync } from 'node:zlib';
import { DataError } from './dataError';

/** Deflate cannot make more than 1032 bytes of one (zlib's documentation, "Maximum Compression Factor"). */
const greatestExpansion = 1032;

/** Enough for the longest header of ours behind the file name that gzip stores; at most 4 MB when decompressed. */
const beginningLength = 4096;

const decompress = promisify(gunzip);

/** By content, not by name: a file renamed by a download is read all the same. */
export function isGzip(file: Uint8Array): boolean {
  return file[0] === 0x1f && file[1] === 0x8b;
}

/** The first decompressed bytes, as many as the first 4 KB of the file give. Throws DataError when gzip's data are broken. */
export function gunzipBeginning(file: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(file.subarray(0, beginningLength), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw broken(path, error);
  }
}

/** All decompressed bytes, which must be `expected` ones. Memory is bounded by `expected` whatever the file holds. */
export async function gunzipWhole(file: Uint8Array, expected: number, path: string): Promise<Uint8Array> {
  if (expected > file.length * greatestExpansion) {
    throw new DataError(
      `${path}: its header announces ${expected} bytes, more than ${file.length} compressed bytes can hold. ` +
        'Download the file again.',
    );
  }
  let bytes: Uint8Array;
  try {
    bytes = await decompress(file, { maxOutputLength: expected, chunkSize: 1 << 20 });
  } catch (error) {
    if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new DataError(
        `${path}: decompressed, it is longer than the ${expected} bytes that its header announces. ` +
          'Download the file again.',
      );
    }
    throw broken(path, error);
  }
  return bytes;
}

function broken(path: string, error: unknown): DataError {
  const reason = error instanceof Error ? error.message : String(error);
  return new DataError(`${path}: the gzip data are broken (${reason}). Download the file again.`);
}
