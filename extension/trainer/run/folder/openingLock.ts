import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isProcessAlive, ownIdentity, type ProcessIdentity } from '../../../contract/processIdentity';
import { runFiles } from '../../../contract/runFolder';
import { errorCode, FileWriteError } from './fileErrors';
import { RunFolderError } from './runRecord';

/**
 * Keeps a second trainer out while one looks whether the run is free and enters its own process: without it, two that
 * start at once (a double click on Resume) would both find the run free.
 * @throws RunFolderError while another process is opening the run
 */
export async function whileOpening<Result>(folder: string, open: () => Promise<Result>): Promise<Result> {
  const file = path.join(folder, runFiles.openingLock);
  if (!create(file)) {
    removeIfAbandoned(file);
    if (!create(file)) throw new RunFolderError(`${folder} is just being opened by another trainer.`);
  }
  try {
    return await open();
  } finally {
    rmSync(file, { force: true });
  }
}

/** False when the file is there already: only one process can make it. */
function create(file: string): boolean {
  try {
    writeFileSync(file, JSON.stringify(ownIdentity()), { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw new FileWriteError(file, error);
  }
}

/** Removes the lock of a process that died while opening the run. */
function removeIfAbandoned(file: string): void {
  const holder = readHolder(file);
  if (isProcessAlive(holder)) {
    throw new RunFolderError(`${file}: process ${holder.pid} is just opening this run; wait for it.`);
  }
  rmSync(file, { force: true });
}

function readHolder(file: string): ProcessIdentity {
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProcessIdentity>;
    if (typeof pid === 'number' && typeof startedAt === 'string') return { pid, startedAt };
  } catch (error) {
    // Gone in the meantime: whoever held it is done.
    if (errorCode(error) === 'ENOENT') return { pid: 0, startedAt: '' };
  }
  throw new RunFolderError(
    `${file} is damaged. If no trainer is just opening this run, delete the file and try again.`,
  );
}
