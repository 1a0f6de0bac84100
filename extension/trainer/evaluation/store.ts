import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  type EvaluationSetting,
  parseEvaluation,
  type RobustnessEvaluation,
} from '../../contract/evaluation';
import { isProcessAlive } from '../../contract/processIdentity';
import { temporaryEnding } from '../run/folder/atomicWrite';
import { causeInWords, errorCode, FileWriteError } from '../run/folder/fileErrors';
import { safeName } from '../run/folder/runId';

/** A stored evaluation that cannot be used; the message names the file and says what mends it. */
export class StoredEvaluationError extends Error {
  override readonly name = 'StoredEvaluationError';
}

/** What all results have that are files while they are made. */
export type StoredResult = Pick<RobustnessEvaluation, 'status' | 'engine' | 'updatedAt' | 'process'>;

/** `autoattack-linf-0.2-3f9a01c2`: equal settings, wherever their files lie, have equal names. */
export function evaluationName(setting: EvaluationSetting): string {
  const { checkpoint, dataset, ...rest } = setting;
  const digest = digestOf({ ...rest, checkpoint: checkpoint.sha256, dataset: dataset.sha256 });
  const attack = safeName(setting.attack.replaceAll(',', '+'));
  return `${attack}-${setting.norm}-${Number(setting.epsilon.toPrecision(4))}-${digest}`;
}

/** Eight hexadecimal digits for what a result is of; the order in which the fields were written does not count. */
export function digestOf(identity: object): string {
  const sorted = Object.fromEntries(Object.entries(identity).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 8);
}

/** The evaluation in a file; undefined where there is none. @throws StoredEvaluationError when it is damaged */
export function readEvaluation(file: string): Promise<RobustnessEvaluation | undefined> {
  return readStored(file, parseEvaluation, 'evaluation');
}

/**
 * The result in a file; undefined where there is none.
 * @param what it is, for the message: "evaluation"
 * @throws StoredEvaluationError when it is damaged
 */
export async function readStored<Result>(
  file: string,
  parse: (text: string) => Result | undefined,
  what: string,
): Promise<Result | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new StoredEvaluationError(`${file} could not be read: ${causeInWords(error)}.`);
  });
  if (text === undefined) return undefined;
  const stored = parse(text);
  if (!stored) {
    throw new StoredEvaluationError(
      `${file} is damaged, or was written by a newer version: it is no ${what} that can be gone on from. Start over with --again.`,
    );
  }
  return stored;
}

/** @throws StoredEvaluationError when a process that is still alive writes this result */
export function refuseIfHeld(file: string, { status, process }: StoredResult): void {
  if (status !== 'running' || !process || process.pid === globalThis.process.pid) return;
  if (!isProcessAlive(process)) return;
  throw new StoredEvaluationError(
    `${file} is being written by process ${process.pid}. Wait until it ends, or stop it first.`,
  );
}

/** Makes the folder, and removes what killed processes have left of this file's unfinished writes. */
export async function prepareFolder(file: string): Promise<void> {
  const folder = path.dirname(file);
  try {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const isLeftover = name.startsWith(`${path.basename(file)}.`) && temporaryEnding.test(name);
      if (isLeftover) await rm(path.join(folder, name), { force: true });
    }
  } catch (error) {
    throw new FileWriteError(folder, error);
  }
}
