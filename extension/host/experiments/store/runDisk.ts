import { close, fstat, open, read, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';

/** A file's text, and a stamp that changes whenever the file is replaced. */
export interface StampedText {
  readonly stamp: string;
  readonly text: string;
}

/** What the run store asks of the disk. Tests count these calls. */
export interface RunDisk {
  /** Names of the folders directly inside, links and hidden ones left out; none where there is no such folder. */
  folders(folder: string): Promise<string[]>;
  /** Undefined when there is no such file. */
  stamp(file: string): Promise<string | undefined>;
  /** Undefined when there is no such file; every other failure is thrown. */
  read(file: string): Promise<StampedText | undefined>;
}

export const runDisk: RunDisk = {
  async folders(folder) {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries
        .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
        .map(entry => entry.name);
    } catch (error) {
      return undefinedIfMissing(error) ?? [];
    }
  },

  async stamp(file) {
    try {
      return stampOf(await stat(file));
    } catch (error) {
      return undefinedIfMissing(error);
    }
  },

  async read(file) {
    try {
      return await readStamped(file);
    } catch (error) {
      return undefinedIfMissing(error);
    }
  },
};

/** The trainer replaces a file instead of editing it, so its inode tells two writes of the same millisecond apart. */
function stampOf({ mtimeMs, size, ino }: Stats): string {
  return `${mtimeMs} ${size} ${ino}`;
}

function undefinedIfMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))) return;
  throw error;
}

/** One opening gives both stamp and text, in half the time of `stat` and `readFile`: it is done for thousands of files. */
function readStamped(file: string): Promise<StampedText> {
  return new Promise((resolve, reject) => {
    open(file, 'r', (failure, descriptor) => {
      if (failure) return reject(failure);
      const closeAnd = (settle: () => void) => {
        close(descriptor, () => undefined);
        settle();
      };
      fstat(descriptor, (statFailure, stats) => {
        if (statFailure) return closeAnd(() => reject(statFailure));
        const buffer = Buffer.allocUnsafe(stats.size);
        read(descriptor, buffer, 0, stats.size, 0, (readFailure, length) => {
          if (readFailure) return closeAnd(() => reject(readFailure));
          closeAnd(() => resolve({ stamp: stampOf(stats), text: buffer.toString('utf8', 0, length) }));
        });
      });
    });
  });
}
