import { DataError } from '../dataError';

/** A regular file inside a tar archive. */
export interface TarEntry {
  readonly name: string;
  /** A view of the archive. */
  readonly data: Uint8Array;
}

const blockLength = 512;
const regularFile = ['0', '\0', '7'];

/**
 * The regular files of a tar archive in memory (POSIX ustar, which the archives of CIFAR are). Every header's checksum and
 * length are checked. @throws DataError naming the archive
 */
export function readTar(archive: Uint8Array, path: string): TarEntry[] {
  const entries: TarEntry[] = [];
  let position = 0;
  while (position + blockLength <= archive.length) {
    const header = archive.subarray(position, position + blockLength);
    // Two empty blocks end an archive; what follows them is padding.
    if (header.every(byte => byte === 0)) return entries;
    if (!hasValidChecksum(header)) throw broken(path, `the header at byte ${position} is none`);
    const length = octal(header, 124, 12);
    const begin = position + blockLength;
    if (!Number.isSafeInteger(length) || begin + length > archive.length) {
      throw broken(path, `"${text(header, 0, 100)}" is cut short`);
    }
    if (regularFile.includes(String.fromCharCode(header[156] ?? 0))) {
      const prefix = text(header, 345, 155);
      const name = text(header, 0, 100);
      entries.push({
        name: prefix === '' ? name : `${prefix}/${name}`,
        data: archive.subarray(begin, begin + length),
      });
    }
    position = begin + Math.ceil(length / blockLength) * blockLength;
  }
  throw broken(path, 'its end is missing');
}

/** The sum of the header's bytes, its own field counted as spaces. */
function hasValidChecksum(header: Uint8Array): boolean {
  let sum = 0;
  for (const [i, byte] of header.entries()) sum += i >= 148 && i < 156 ? 0x20 : byte;
  return sum === octal(header, 148, 8);
}

const text = (header: Uint8Array, from: number, length: number): string =>
  Buffer.from(header.subarray(from, from + length))
    .toString('latin1')
    .replace(/\0.*$/s, '');

const octal = (header: Uint8Array, from: number, length: number): number =>
  Number.parseInt(text(header, from, length).trim(), 8);

function broken(path: string, what: string): DataError {
  return new DataError(`${path}: the tar archive is broken: ${what}. Download the file again.`);
}
