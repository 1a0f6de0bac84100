import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type LandscapeResult, type LandscapeSetting, parseLandscape } from '../../contract/landscape';
import { encodeJson } from '../../contract/metrics';
import { isProcessAlive } from '../../contract/processIdentity';
import { StoredEvaluationError } from '../evaluation/store';
import { writeFileAtomic } from '../run/folder/atomicWrite';
import { causeInWords, errorCode } from '../run/folder/fileErrors';

/** `landscape-curve+surface-3f9a01c2`: equal settings, wherever their files lie, have equal names. */
export function landscapeName({ checkpoint, dataset, grid, ...rest }: LandscapeSetting): string {
  const identity = {
    ...rest,
    checkpoint: checkpoint.sha256,
    dataset: dataset.sha256,
    ...(grid ? { grid: { ...grid, directionsOf: grid.directionsOf?.sha256 } } : {}),
  };
  const sorted = Object.fromEntries(Object.entries(identity).sort(([a], [b]) => (a < b ? -1 : 1)));
  const digest = createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
  return `landscape-${rest.measures.join('+')}-${digest.slice(0, 8)}`;
}

/**
 * The result in a file; undefined where there is none.
 * @throws StoredEvaluationError when it is damaged, or another process is at work on it
 */
export async function readLandscapeFile(file: string): Promise<LandscapeResult | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new StoredEvaluationError(`${file} could not be read: ${causeInWords(error)}.`);
  });
  if (text === undefined) return undefined;
  const stored = parseLandscape(text);
  if (!stored) {
    throw new StoredEvaluationError(
      `${file} is damaged, or was written by a newer version: it is no landscape that can be gone on from. Start over with --again.`,
    );
  }
  return stored;
}

/** @throws StoredEvaluationError when a process that is still alive writes this result */
export function refuseIfWritten(file: string, { status, process }: LandscapeResult): void {
  if (status !== 'running' || !process || process.pid === globalThis.process.pid) return;
  if (!isProcessAlive(process)) return;
  throw new StoredEvaluationError(
    `${file} is being written by process ${process.pid}. Wait until it ends, or stop it first.`,
  );
}

/** Replaces the file as a whole. @throws FileWriteError */
export function writeLandscape(file: string, result: LandscapeResult): Promise<void> {
  return writeFileAtomic(file, `${encodeJson(result)}\n`);
}
