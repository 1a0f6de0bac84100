import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { FileWriteError } from './fileErrors';
import { diskOperations, type FileOperations } from './fileOperations';

/** How the name of an unfinished write ends: `run.json.3f9a01c2.tmp`. Only a killed process leaves one behind. */
export const temporaryEnding = /\.[0-9a-f]{8}\.tmp$/;

/**
 * Replaces a file so that a reader, or a process that starts after a crash or a power cut, sees the old content or the
 * new one, whole.
 * @param data text, bytes, or pieces of bytes in order
 * @throws FileWriteError naming the file and the cause; the old content is then still there
 */
export async function writeFileAtomic(
  file: string,
  data: string | Uint8Array | readonly Uint8Array[],
  operations: FileOperations = diskOperations,
): Promise<void> {
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await operations.write(temporary, chunksOf(data));
    await operations.rename(temporary, file);
    await operations.syncFolder(path.dirname(file));
  } catch (error) {
    // The first failure is the one to tell; a leftover is removed when the run is next opened.
    await operations.remove(temporary).catch(() => undefined);
    throw new FileWriteError(file, error);
  }
}

function chunksOf(data: string | Uint8Array | readonly Uint8Array[]): readonly Uint8Array[] {
  if (typeof data === 'string') return [Buffer.from(data, 'utf8')];
  return data instanceof Uint8Array ? [data] : data;
}
