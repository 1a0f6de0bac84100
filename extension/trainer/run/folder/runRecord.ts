import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type RunRecord, runFiles } from '../../../contract/runFolder';
import { parseRunRecord } from '../../../contract/runRecord';
import { causeInWords, errorCode } from './fileErrors';

/** A folder that cannot be used as a run; the message names it and says why. */
export class RunFolderError extends Error {
  override readonly name = 'RunFolderError';
}

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
  const parsed = parseRunRecord(text);
  if ('problem' in parsed) throw new RunFolderError(`${file} ${parsed.problem}.`);
  return parsed.record;
}
