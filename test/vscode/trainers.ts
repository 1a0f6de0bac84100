import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseMeasurement, type StoredMeasurement } from '../../extension/contract/measurement';
import { isProcessAlive, type ProcessIdentity } from '../../extension/contract/processIdentity';
import { type RunRecord, runFiles, runsFolder } from '../../extension/contract/runFolder';

/** `run.json` of every readable run folder of a workspace, oldest first. */
export async function readRuns(workspace: string): Promise<{ folder: string; record: RunRecord }[]> {
  const root = path.join(workspace, runsFolder);
  const names = await readdir(root).catch(() => []);
  const runs = await Promise.all(
    names.sort().map(async name => {
      const folder = path.join(root, name);
      const text = await readFile(path.join(folder, runFiles.record), 'utf8').catch(() => undefined);
      return text === undefined ? [] : [{ folder, record: JSON.parse(text) as RunRecord }];
    }),
  );
  return runs.flat();
}

/**
 * The process that trains a run.
 * @throws Error when none does
 */
export function trainerOf({ id, process }: RunRecord): ProcessIdentity {
  if (!process) throw new Error(`${id} has no trainer.`);
  return process;
}

/** Ends a trainer at once, as a crash would. */
export async function crash(trainer: ProcessIdentity): Promise<void> {
  if (isProcessAlive(trainer)) process.kill(trainer.pid, 'SIGKILL');
  await ended(trainer);
}

/** Waits until the process is gone: what is nobody's child tells nobody of its end. */
export async function ended(trainer: ProcessIdentity): Promise<void> {
  while (isProcessAlive(trainer)) await pause(50);
}

/** Ends the trainers and evaluations of a workspace that outlived their window, as they are meant to. */
export async function stopTrainers(workspace: string): Promise<void> {
  for (const { folder, record } of await readRuns(workspace)) {
    if (record.process) await crash(record.process);
    for (const { process: evaluator } of await readMeasurements(folder))
      if (evaluator) await crash(evaluator);
  }
}

/** What is stored in a run's `evaluations`, finished or not. */
export async function readMeasurements(runFolder: string): Promise<StoredMeasurement[]> {
  const folder = path.join(runFolder, runFiles.evaluations);
  const names = await readdir(folder).catch((): string[] => []);
  const texts = names
    .filter(name => name.endsWith('.json'))
    .map(name => readFile(path.join(folder, name), 'utf8').catch(() => ''));
  return (await Promise.all(texts)).flatMap(text => parseMeasurement(text) ?? []);
}
