import { readFile } from 'node:fs/promises';
import { DataError } from './dataError';

/** A file of a dataset, whole. @throws DataError naming it */
export async function readFileOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`${path}: the file cannot be read (${reason}). Check dataset.path.`);
  }
}
