import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Announcement } from '../../contract/control';
import { runFiles, runsFolder } from '../../contract/runFolder';
import type { NodeRuntime } from './findNode';
import { killTree } from './processTree';

export interface Launch {
  readonly node: NodeRuntime;
  /** The trainer's bundle. */
  readonly trainer: string;
  /** Its `.rat/runs` holds the runs. */
  readonly workspace: string;
  /** A config file to start a run from, or a run folder to go on with. */
  readonly task: { readonly config: string } | { readonly resume: string; readonly engine?: string };
}

/** The trainer ended before its run began; the message is what it wrote. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}

/**
 * Starts a trainer that outlives this process and waits until its run can be found. Nothing of it is tied to this process:
 * what it writes to stderr goes to a file that ends up in the run folder.
 * Throws LaunchError; an abort of `signal` ends the trainer.
 */
export async function launchTrainer(launch: Launch, signal: AbortSignal): Promise<Announcement> {
  const { task, workspace } = launch;
  if ('resume' in task) return spawnTrainer(launch, path.join(task.resume, runFiles.stderr), signal);
  // Beside the runs and not in the temporary folder: a file can only be moved within its disk.
  const folder = path.dirname(path.join(workspace, runsFolder));
  const errors = path.join(folder, `starting-${randomBytes(4).toString('hex')}.txt`);
  await mkdir(folder, { recursive: true });
  try {
    const announcement = await spawnTrainer(launch, errors, signal);
    await rename(errors, path.join(announcement.runFolder, runFiles.stderr)).catch(() => undefined);
    return announcement;
  } catch (error) {
    await rm(errors, { force: true });
    // Only if nothing else is in it: a run that did not start leaves nothing behind.
    await rmdir(folder).catch(() => undefined);
    throw error;
  }
}

async function spawnTrainer(launch: Launch, errors: string, signal: AbortSignal): Promise<Announcement> {
  const { node, trainer, workspace } = launch;
  const before = await stat(errors).then(
    ({ size }) => size,
    () => 0,
  );
  const stderr = await open(errors, 'a');
  const child = spawn(node.path, [trainer, 'run', ...argumentsOf(launch), '--plain'], {
    cwd: workspace,
    env: environmentOf(node),
    detached: true,
    windowsHide: true,
    // Not a pipe: it would break when this process ends, and the run with it.
    stdio: ['ignore', 'ignore', stderr.fd, 'ipc'],
  });
  child.unref();
  const abort = () => void (child.pid !== undefined && killTree(child.pid));
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    const announced = new Promise<Announcement>((resolve, reject) => {
      child.once('message', message => resolve(message as Announcement));
      child.once('error', error =>
        reject(new LaunchError(`${node.path} could not be started: ${error.message}.`, { cause: error })),
      );
      child.once('exit', (code, killedBy) => {
        void readFrom(errors, before).then(text => reject(new LaunchError(lastWords(text, code, killedBy))));
      });
    });
    const [announcement] = await Promise.all([announced, stderr.close()]);
    return announcement;
  } finally {
    signal.removeEventListener('abort', abort);
    if (child.connected) child.disconnect();
  }
}

function argumentsOf({ task, workspace }: Launch): string[] {
  const place = ['--workspace', workspace];
  if ('config' in task) return [task.config, ...place];
  return ['--resume', task.resume, ...place, ...(task.engine === undefined ? [] : ['--engine', task.engine])];
}

/** The editor's own switches would change what the trainer's runtime is. */
function environmentOf(node: NodeRuntime): NodeJS.ProcessEnv {
  const { ELECTRON_RUN_AS_NODE: _editor, VSCODE_INSPECTOR_OPTIONS: _debugger, ...rest } = process.env;
  return { ...rest, ...node.environment };
}

async function readFrom(file: string, start: number): Promise<string> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  return bytes.subarray(start).toString('utf8').trim();
}

function lastWords(text: string, code: number | null, killedBy: NodeJS.Signals | null): string {
  if (text !== '') return text;
  return `The trainer ended before the run began, ${killedBy ? `by ${killedBy}` : `with code ${code}`}, and wrote nothing.`;
}
