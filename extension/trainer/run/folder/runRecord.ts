import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeJson } from '../../../contract/metrics';
import { type RunRecord, type RunStatus, runFiles } from '../../../contract/runFolder';
import { causeInWords, errorCode } from './fileErrors';

/** A folder that cannot be used as a run; the message names it and says why. */
export class RunFolderError extends Error {
  override readonly name = 'RunFolderError';
}

const statuses: readonly RunStatus[] = ['running', 'finished', 'stopped', 'interrupted', 'failed'];

/**
 * Reads a run's `run.json`.
 * @throws RunFolderError when the folder is not a run, or the file is damaged or of a newer version
 */
export async function readRunRecord(folder: string): Promise<RunRecord> {
  const file = path.join(folder, runFiles.record);
  const text = await readFile(file, 'utf8').catch(error => {
    const notARun = ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
    const what = notARun
      ? `${folder} is not a run: it has no ${runFiles.record}.`
      : `${file} could not be read: ${causeInWords(error)}.`;
    throw new RunFolderError(what, { cause: error });
  });
  const value = parse(text);
  const version =
    typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  if (typeof version === 'number' && version > 1) {
    throw new RunFolderError(
      `${file} has version ${version}, this program reads version 1: it was written by a newer one. Update the extension.`,
    );
  }
  const problem = problemIn(value);
  if (problem) throw new RunFolderError(`${file} is damaged: ${problem}.`);
  return value as RunRecord;
}

function parse(text: string): unknown {
  try {
    return decodeJson(text);
  } catch {
    return undefined;
  }
}

/** What keeps the value from being a RunRecord, in words; undefined when nothing does. */
function problemIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is not a JSON object';
  const record = value as Partial<Record<keyof RunRecord, unknown>>;
  if (record.version !== 1) return '"version" is not 1';
  for (const field of ['id', 'name', 'createdAt', 'updatedAt'] as const) {
    if (typeof record[field] !== 'string') return `"${field}" is not a text`;
  }
  for (const field of ['step', 'epoch', 'totalSteps', 'seconds'] as const) {
    if (typeof record[field] !== 'number') return `"${field}" is not a number`;
  }
  if (!statuses.some(status => status === record.status)) {
    return `"status" is ${JSON.stringify(record.status)}, not one of ${statuses.join(', ')}`;
  }
  if (record.process !== undefined && !isIdentity(record.process)) {
    return '"process" is not a process id and its start';
  }
  return undefined;
}

function isIdentity(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startedAt } = value as { pid?: unknown; startedAt?: unknown };
  return typeof pid === 'number' && typeof startedAt === 'string';
}
