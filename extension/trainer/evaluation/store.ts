import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  type EvaluationSetting,
  parseEvaluation,
  type RobustnessEvaluation,
} from '../../contract/evaluation';
import { encodeJson } from '../../contract/metrics';
import { isProcessAlive } from '../../contract/processIdentity';
import { temporaryEnding, writeFileAtomic } from '../run/folder/atomicWrite';
import { causeInWords, errorCode, FileWriteError } from '../run/folder/fileErrors';
import { safeName } from '../run/folder/runId';

/** A stored evaluation that cannot be used; the message names the file and says what mends it. */
export class StoredEvaluationError extends Error {
  override readonly name = 'StoredEvaluationError';
}

/** `autoattack-linf-0.2-3f9a01c2`: equal settings, wherever their files lie, have equal names. */
export function evaluationName(setting: EvaluationSetting): string {
  const { checkpoint, dataset, ...rest } = setting;
  const identity = { ...rest, checkpoint: checkpoint.sha256, dataset: dataset.sha256 };
  const digest = createHash('sha256')
    .update(JSON.stringify(sorted(identity)))
    .digest('hex');
  const attack = safeName(setting.attack.replaceAll(',', '+'));
  return `${attack}-${setting.norm}-${Number(setting.epsilon.toPrecision(4))}-${digest.slice(0, 8)}`;
}

/** Fields by name, so that the order in which they were written does not count. */
function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The evaluation in a file; undefined where there is none.
 * @throws StoredEvaluationError when it is damaged, or another process is at work on it
 */
export async function readEvaluation(file: string): Promise<RobustnessEvaluation | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new StoredEvaluationError(`${file} could not be read: ${causeInWords(error)}.`);
  });
  if (text === undefined) return undefined;
  const stored = parseEvaluation(text);
  if (!stored) {
    throw new StoredEvaluationError(
      `${file} is damaged, or was written by a newer version: it is no evaluation that can be gone on from. Start over with --again.`,
    );
  }
  return stored;
}

/** @throws StoredEvaluationError when a process that is still alive writes this evaluation */
export function refuseIfHeld(file: string, { status, process }: RobustnessEvaluation): void {
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

/** Replaces the file as a whole. @throws FileWriteError */
export function writeEvaluation(file: string, evaluation: RobustnessEvaluation): Promise<void> {
  return writeFileAtomic(file, `${encodeJson(evaluation)}\n`);
}
