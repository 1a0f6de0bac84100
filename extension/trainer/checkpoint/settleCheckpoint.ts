import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { temporaryEnding } from '../run/folder/atomicWrite';
import { errorCode } from '../run/folder/fileErrors';
import { diskOperations, type FileOperations } from '../run/folder/fileOperations';
import {
  arrayFile,
  arrayRoles,
  type CheckpointName,
  DamagedStateError,
  generationOf,
  nextFile,
  readState,
  rolesOf,
  stateFile,
} from './checkpointFiles';

/**
 * Finishes or takes back what a save that died has left: committed arrays take their places, others are removed.
 * Only for the process that writes the run: another one could take away what is just being written.
 */
export async function settleCheckpoint(
  folder: string,
  name: CheckpointName,
  operations: FileOperations = diskOperations,
): Promise<void> {
  const files = await filesIn(folder);
  const state = await readState(folder, name).catch(unlessDamaged);
  // Without knowing what is committed, nothing is safe to remove.
  if (files.length === 0 || state === 'damaged') return;
  for (const role of arrayRoles) {
    const file = arrayFile(folder, name, role);
    if (state && !rolesOf(state).includes(role)) {
      await operations.remove(file);
      await operations.remove(nextFile(file));
    } else if (files.includes(path.basename(nextFile(file)))) {
      await settleArrays(file, state?.generation, operations);
    }
  }
  const unfinishedState = path.basename(stateFile(folder, name));
  for (const leftover of files) {
    const isOurs = leftover.startsWith(unfinishedState) && temporaryEnding.test(leftover);
    if (isOurs) await operations.remove(path.join(folder, leftover));
  }
  await operations.syncFolder(folder);
}

/** @param committed the generation that the state names, if anything has been committed */
async function settleArrays(
  file: string,
  committed: string | undefined,
  operations: FileOperations,
): Promise<void> {
  const next = nextFile(file);
  if (committed !== undefined && (await generationOf(next)) === committed) {
    await operations.rename(next, file);
  } else if (committed === undefined || (await generationOf(file)) === committed) {
    await operations.remove(next);
  }
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function unlessDamaged(error: unknown): 'damaged' {
  if (error instanceof DamagedStateError) return 'damaged';
  throw error;
}
