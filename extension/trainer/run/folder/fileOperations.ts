import { mkdir, open, rename, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from './fileErrors';

/** The steps that change the disk, in the order they reach it. Tests replace them to die between any two of them. */
export interface FileOperations {
  /** Makes the folder and those above it; one that exists is left as it is. */
  makeFolder(path: string): Promise<void>;
  /** Creates or replaces the file and returns when its content is on the disk. */
  write(path: string, chunks: readonly Uint8Array[]): Promise<void>;
  /** Gives the file its new name, replacing a file that has it. */
  rename(from: string, to: string): Promise<void>;
  /** Removes the file; one that does not exist is no error. */
  remove(path: string): Promise<void>;
  /** Returns when the folder's names are on the disk. */
  syncFolder(path: string): Promise<void>;
}

export const diskOperations: FileOperations = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },

  async write(path, chunks) {
    const file = await open(path, 'w');
    try {
      for (const chunk of chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
  },

  async rename(from, to) {
    await retryWhileInUse(() => rename(from, to));
  },

  async remove(path) {
    await rm(path, { force: true });
  },

  async syncFolder(path) {
    // Windows opens no folders and orders names by itself.
    if (process.platform === 'win32') return;
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

/**
 * Windows refuses to replace a file that a reader or a virus scanner has open: usually for a few milliseconds, for a
 * large checkpoint up to a second.
 * @param pauses milliseconds between the attempts
 */
export async function retryWhileInUse(
  action: () => Promise<void>,
  pauses: readonly number[] = [5, 20, 80, 320, 1280],
): Promise<void> {
  for (const pause of pauses) {
    try {
      return await action();
    } catch (error) {
      if (!['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '')) throw error;
      await delay(pause);
    }
  }
  await action();
}
