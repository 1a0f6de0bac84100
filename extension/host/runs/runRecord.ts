import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isControlAddress } from '../../contract/controlAddress';
import { encodeJson } from '../../contract/metrics';
import { isProcessAlive, ownIdentity, type ProcessIdentity } from '../../contract/processIdentity';
import { type RunRecord, runFiles } from '../../contract/runFolder';
import { parseRunRecord } from '../../contract/runRecord';

/** A run's `run.json`; undefined when it is missing or damaged. */
export async function readRunRecord(runFolder: string): Promise<RunRecord | undefined> {
  const text = await readFile(path.join(runFolder, runFiles.record), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = parseRunRecord(text);
  return 'record' in parsed ? parsed.record : undefined;
}

/** Whether the trainer that the record names is there. */
export function isTraining({ status, process }: RunRecord): boolean {
  return status === 'running' && process !== undefined && isProcessAlive(process);
}

/**
 * Marks a run whose trainer has died as interrupted. Of several windows that find it only one does so, and a trainer that
 * is just taking the run over keeps it.
 * @returns the record as written; undefined when it was not this window's to change, or cannot be written
 */
export async function markInterrupted(runFolder: string): Promise<RunRecord | undefined> {
  const lock = path.join(runFolder, runFiles.openingLock);
  if (!(await takeLock(lock))) return undefined;
  try {
    const record = await readRunRecord(runFolder);
    if (record?.status !== 'running' || isTraining(record)) return undefined;
    const { process: _dead, control, ...rest } = record;
    const interrupted: RunRecord = {
      ...rest,
      status: 'interrupted',
      reason: 'The trainer ended without a word: it was killed, it crashed, or the machine was switched off.',
      updatedAt: new Date().toISOString(),
    };
    await replaceFile(path.join(runFolder, runFiles.record), `${encodeJson(interrupted, 2)}\n`);
    if (control !== undefined && isControlAddress(control)) await rm(control, { force: true });
    return interrupted;
  } catch {
    return undefined;
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string): Promise<boolean> {
  if (await create(lock)) return true;
  if (isProcessAlive(await holderOf(lock))) return false;
  await rm(lock, { force: true }).catch(() => undefined);
  return create(lock);
}

function create(lock: string): Promise<boolean> {
  return writeFile(lock, JSON.stringify(ownIdentity()), { flag: 'wx' }).then(
    () => true,
    () => false,
  );
}

async function holderOf(lock: string): Promise<ProcessIdentity> {
  try {
    const { pid, startedAt } = JSON.parse(await readFile(lock, 'utf8')) as Partial<ProcessIdentity>;
    if (typeof pid === 'number' && typeof startedAt === 'string') return { pid, startedAt };
  } catch {
    // Gone, or just being written: whoever holds it will look after the run.
  }
  return ownIdentity();
}

async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}
