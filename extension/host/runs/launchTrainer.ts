import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Announcement } from '../../contract/control';
import { runFiles, runsFolder } from '../../contract/runFolder';
import type { NodeRuntime } from './findNode';
import { type Prepares, spawnTrainer } from './spawnTrainer';

export interface Launch {
  readonly node: NodeRuntime;
  /** The trainer's bundle. */
  readonly trainer: string;
  /** Its `.rat/runs` holds the runs. */
  readonly workspace: string;
  /** A config file to start a run from, or a run folder to go on with. */
  readonly task: { readonly config: string } | { readonly resume: string; readonly engine?: string };
}

/**
 * Starts a trainer that outlives this process and waits until its run can be found. Nothing of it is tied to this process:
 * what it writes to stderr goes to a file that ends up in the run folder.
 * Throws LaunchError; an abort of `signal` ends the trainer.
 */
export async function launchTrainer(
  launch: Launch,
  signal: AbortSignal,
  prepares?: Prepares,
): Promise<Announcement> {
  const { task, workspace } = launch;
  if ('resume' in task) return spawnRun(launch, path.join(task.resume, runFiles.stderr), signal, prepares);
  // Beside the runs and not in the temporary folder: a file can only be moved within its disk.
  const folder = path.dirname(path.join(workspace, runsFolder));
  const errors = path.join(folder, `starting-${randomBytes(4).toString('hex')}.txt`);
  await mkdir(folder, { recursive: true });
  try {
    const announcement = await spawnRun(launch, errors, signal, prepares);
    await rename(errors, path.join(announcement.runFolder, runFiles.stderr)).catch(() => undefined);
    return announcement;
  } catch (error) {
    await rm(errors, { force: true });
    // Only if nothing else is in it: a run that did not start leaves nothing behind.
    await rmdir(folder).catch(() => undefined);
    throw error;
  }
}

async function spawnRun(
  launch: Launch,
  errors: string,
  signal: AbortSignal,
  prepares: Prepares | undefined,
): Promise<Announcement> {
  const { node, trainer, workspace } = launch;
  const words = ['run', ...argumentsOf(launch), '--plain'];
  const { announcement } = await spawnTrainer<Announcement>(
    { node, trainer, arguments: words, directory: workspace, errors },
    signal,
    prepares,
  );
  return announcement;
}

function argumentsOf({ task, workspace }: Launch): string[] {
  const place = ['--workspace', workspace];
  if ('config' in task) return [task.config, ...place];
  return ['--resume', task.resume, ...place, ...(task.engine === undefined ? [] : ['--engine', task.engine])];
}
