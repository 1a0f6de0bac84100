import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { complaintsEnding, type MeasurementAnnouncement, parseMeasurement } from '../../contract/measurement';
import { runFiles } from '../../contract/runFolder';
import type { NodeRuntime } from '../runs/findNode';
import { killTree } from '../runs/processTree';
import { type Announced, LaunchError, type Prepares, spawnTrainer } from '../runs/spawnTrainer';

export interface MeasurementLaunch {
  readonly node: NodeRuntime;
  /** The trainer's bundle. */
  readonly trainer: string;
  /** After the program's name: the command first. */
  readonly arguments: readonly string[];
  readonly directory: string;
  /** Folder that holds `evaluations`: a run's, or the workspace's `.rat`. */
  readonly holder: string;
}

/** A measurement whose result can be seen. */
export interface Launched {
  readonly resultFile: string;
  /** The result was there already, or is now: there is nothing to wait for. */
  readonly finished: boolean;
  readonly ended: Announced<MeasurementAnnouncement>['ended'];
}

const lookEveryMilliseconds = 100;
/** How the trainer ends when it was asked to stop. */
const stoppedCode = 3;

/**
 * Starts `evaluate` or `landscape` in a process that outlives this one, and waits until its result can be seen: an engine has
 * been opened by then. What it writes to stderr lies beside the result.
 * @throws LaunchError with what it wrote; an abort of `signal` ends the process
 */
export async function launchMeasurement(
  launch: MeasurementLaunch,
  signal: AbortSignal,
  prepares?: Prepares,
): Promise<Launched> {
  const { node, trainer, directory, holder } = launch;
  const folder = path.join(holder, runFiles.evaluations);
  await mkdir(folder, { recursive: true });
  const errors = path.join(folder, `starting-${randomBytes(4).toString('hex')}.txt`);
  try {
    const process = { node, trainer, arguments: launch.arguments, directory, errors };
    const announced = await spawnTrainer<MeasurementAnnouncement>(process, signal, prepares);
    const { resultFile } = announced.announcement;
    const complaints = resultFile.replace(/\.json$/, complaintsEnding);
    await rename(errors, complaints).catch(() => undefined);
    await seen(announced, signal);
    void announced.ended.then(({ code }) => {
      // Without a complaint the file is of no use to anybody.
      if (code === 0 || code === stoppedCode) return rm(complaints, { force: true });
      return undefined;
    });
    return { resultFile, finished: announced.announcement.finished, ended: announced.ended };
  } finally {
    await rm(errors, { force: true }).catch(() => undefined);
  }
}

/** Waits until the result is this process's, or finished. */
async function seen(
  { announcement, child, ended }: Announced<MeasurementAnnouncement>,
  signal: AbortSignal,
): Promise<void> {
  let end: Awaited<typeof ended> | undefined;
  void ended.then(outcome => {
    end = outcome;
  });
  while (!signal.aborted) {
    const text = await readFile(announcement.resultFile, 'utf8').catch(() => '');
    const result = parseMeasurement(text);
    if (result?.status === 'finished' || result?.process?.pid === child.pid) return;
    if (end?.code === 0) return;
    if (end) throw new LaunchError(end.words);
    await pause(lookEveryMilliseconds);
  }
  if (child.pid !== undefined) await killTree(child.pid);
  throw new LaunchError('It was called off.');
}
