import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isControlAddress } from '../../../contract/controlAddress';
import { encodeJson } from '../../../contract/metrics';
import { isProcessAlive, ownIdentity } from '../../../contract/processIdentity';
import { type RunRecord, runFiles, runsFolder } from '../../../contract/runFolder';
import { settleCheckpoint } from '../../checkpoint/settleCheckpoint';
import { temporaryEnding, writeFileAtomic } from './atomicWrite';
import { errorCode, FileWriteError } from './fileErrors';
import { openMetricsWriter } from './metricsWriter';
import { whileOpening } from './openingLock';
import { RunFolder } from './runFolder';
import { runId } from './runId';
import { RunFolderError, readRunRecord } from './runRecord';

/**
 * Makes the folder of a new run in the workspace, with a `run.json` that names this process as its trainer.
 * @param name any text; what does not fit into a folder's name is replaced
 * @throws FileWriteError when it cannot be written
 */
export async function createRunFolder(workspace: string, name: string, now: Date): Promise<RunFolder> {
  const runs = path.resolve(workspace, runsFolder);
  try {
    await mkdir(runs, { recursive: true });
    await hideFromGit(path.dirname(runs));
  } catch (error) {
    throw new FileWriteError(runs, error);
  }
  const folder = await makeNewFolder(runs, name, now);
  const record: RunRecord = {
    version: 1,
    id: path.basename(folder),
    name,
    status: 'running',
    process: ownIdentity(),
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
    step: 0,
    epoch: 0,
    totalSteps: 0,
    seconds: 0,
  };
  await writeRecord(folder, record);
  return new RunFolder(folder, record, await openMetricsWriter(path.join(folder, runFiles.metrics)));
}

/**
 * Takes over the folder of a run that nobody writes any more, to resume it: removes or finishes what a killed trainer
 * has left and marks the run as running in this process.
 * @throws RunFolderError when it is not a run, or another process is writing it; FileWriteError
 */
export async function openRunFolder(folder: string): Promise<RunFolder> {
  const absolute = path.resolve(folder);
  await readRunRecord(absolute);
  return whileOpening(absolute, async () => {
    const { reason: _past, control, ...record } = await readRunRecord(absolute);
    refuseIfHeld(absolute, record);
    await tidyUp(absolute);
    if (control !== undefined && isControlAddress(control)) await rm(control, { force: true });
    const metrics = await openMetricsWriter(path.join(absolute, runFiles.metrics));
    const taken: RunRecord = {
      ...record,
      status: 'running',
      process: ownIdentity(),
      updatedAt: new Date().toISOString(),
    };
    await writeRecord(absolute, taken);
    return new RunFolder(absolute, taken, metrics);
  });
}

function refuseIfHeld(folder: string, { process }: RunRecord): void {
  if (!process || !isProcessAlive(process)) return;
  throw new RunFolderError(
    `${folder} is being written by process ${process.pid}. Stop that trainer first, or wait until it ends.`,
  );
}

async function tidyUp(folder: string): Promise<void> {
  for (const name of ['last', 'best'] as const) {
    await settleCheckpoint(path.join(folder, runFiles.checkpoints), name);
  }
  for (const file of await readdir(folder)) {
    if (temporaryEnding.test(file)) await rm(path.join(folder, file), { force: true });
  }
}

/** Runs are large and can be made again: they stay out of the workspace's repository unless its owner decides otherwise. */
async function hideFromGit(folder: string): Promise<void> {
  try {
    await writeFile(path.join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** Two runs of one name may start in the same second: the random end of the id tells them apart. */
async function makeNewFolder(runs: string, name: string, now: Date): Promise<string> {
  for (;;) {
    const folder = path.join(runs, runId(name, now, randomBytes(2).toString('hex')));
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw new FileWriteError(folder, error);
    }
  }
}

function writeRecord(folder: string, record: RunRecord): Promise<void> {
  return writeFileAtomic(path.join(folder, runFiles.record), `${encodeJson(record, 2)}\n`);
}
