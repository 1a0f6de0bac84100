import { closeSync, fstatSync, open, read, type Stats, stat } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A file's text, and a stamp that changes whenever the file is replaced. */
export interface StampedText {
  readonly stamp: string;
  readonly text: string;
}

/**
 * What the run store asks of the disk. It asks for many files at once: where one is asked for after the other, as answers
 * come, Node's threads are woken for each, which takes longer than the reading. Tests count these calls.
 */
export interface RunDisk {
  /** Names of the folders directly inside, links and hidden ones left out; none where there is no such folder. */
  folders(folder: string): Promise<string[]>;
  /** Undefined for each that is not there. */
  stamps(paths: readonly string[]): Promise<(string | undefined)[]>;
  /** Undefined for each that is not there; for each that cannot be read, why. */
  read(files: readonly string[]): Promise<(StampedText | Error | undefined)[]>;
}

const openFile = promisify(open);
const readBytes = promisify(read);
const statsOf = promisify(stat);

export const runDisk: RunDisk = {
  async folders(folder) {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries
        .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
        .map(entry => entry.name);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },

  stamps(paths) {
    return Promise.all(paths.map(path => statsOf(path).then(stampOf, () => undefined)));
  },

  async read(files) {
    const opened = await Promise.all(files.map(file => openFile(file, 'r').catch(unlessMissing)));
    return Promise.all(
      opened.map(file => (typeof file === 'number' ? readStamped(file).catch(unlessMissing) : file)),
    );
  },
};

/** The trainer replaces a file instead of editing it, so its inode tells two writes of the same millisecond apart. */
function stampOf({ mtimeMs, size, ino }: Stats): string {
  return `${mtimeMs} ${size} ${ino}`;
}

/** Of an open file only the reading itself waits for the disk. */
async function readStamped(descriptor: number): Promise<StampedText> {
  try {
    const stats = fstatSync(descriptor);
    const buffer = Buffer.allocUnsafe(stats.size);
    const { bytesRead } = await readBytes(descriptor, buffer, 0, stats.size, 0);
    return { stamp: stampOf(stats), text: buffer.toString('utf8', 0, bytesRead) };
  } finally {
    closeSync(descriptor);
  }
}

function unlessMissing(error: Error): Error | undefined {
  return isMissing(error) ? undefined : error;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code));
}
