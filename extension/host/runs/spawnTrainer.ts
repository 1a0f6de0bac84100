import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, stat } from 'node:fs/promises';
import type { Preparation } from '../../contract/control';
import type { NodeRuntime } from './findNode';
import { killTree } from './processTree';

export interface TrainerProcess {
  readonly node: NodeRuntime;
  /** The trainer's bundle. */
  readonly trainer: string;
  readonly arguments: readonly string[];
  readonly directory: string;
  /** File to whose end it writes stderr. */
  readonly errors: string;
}

/** The trainer ended before its work began; the message is what it wrote. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}

/** Told in words what a trainer does before its work begins. */
export type Prepares = (message: string) => void;

/** A trainer that has said over its IPC channel where its work is. */
export interface Announced<Announcement> {
  readonly announcement: Announcement;
  readonly child: ChildProcess;
  /** What it wrote to stderr, once it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly words: string }>;
}

/**
 * Starts a trainer that outlives this process and waits for its announcement. Nothing of it is tied to this process: what it
 * writes to stderr goes to a file.
 * @param prepares is told what it does until then
 * @throws LaunchError; an abort of `signal` before the announcement ends the trainer
 */
export async function spawnTrainer<Announcement>(
  { node, trainer, arguments: words, directory, errors }: TrainerProcess,
  signal: AbortSignal,
  prepares: Prepares = () => {},
): Promise<Announced<Announcement>> {
  const before = await stat(errors).then(
    ({ size }) => size,
    () => 0,
  );
  const stderr = await open(errors, 'a');
  // Opened now: the file may have another name by the time the process ends.
  const reader = await open(errors);
  const child = spawn(node.path, [trainer, ...words], {
    cwd: directory,
    env: environmentOf(node),
    detached: true,
    windowsHide: true,
    // Not a pipe: it would break when this process ends, and the work with it.
    stdio: ['ignore', 'ignore', stderr.fd, 'ipc'],
  });
  child.unref();
  const abort = () => void (child.pid !== undefined && killTree(child.pid));
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  const ended = new Promise<{ code: number | null; killedBy: NodeJS.Signals | null }>(resolve => {
    child.once('exit', (code, killedBy) => resolve({ code, killedBy }));
    child.once('error', () => resolve({ code: null, killedBy: null }));
  }).then(async ({ code, killedBy }) => {
    const bytes = await readFile(reader).catch(() => Buffer.alloc(0));
    await reader.close();
    return { code, words: lastWords(bytes.subarray(before).toString('utf8').trim(), code, killedBy) };
  });
  try {
    const announced = new Promise<Announcement>((resolve, reject) => {
      child.on('message', (message: object) => {
        if ('decoded' in message) prepares(sentence(message as Preparation));
        else resolve(message as Announcement);
      });
      child.once('error', error =>
        reject(new LaunchError(`${node.path} could not be started: ${error.message}.`, { cause: error })),
      );
      void ended.then(end => reject(new LaunchError(end.words)));
    });
    const [announcement] = await Promise.all([announced, stderr.close()]);
    return { announcement, child, ended };
  } finally {
    signal.removeEventListener('abort', abort);
    if (child.connected) child.disconnect();
  }
}

function sentence({ decoded, images }: Preparation): string {
  return `decoding images, once: ${decoded.toLocaleString()} of ${images.toLocaleString()}`;
}

/** The editor's own switches would change what the trainer's runtime is. */
function environmentOf(node: NodeRuntime): NodeJS.ProcessEnv {
  const { ELECTRON_RUN_AS_NODE: _editor, VSCODE_INSPECTOR_OPTIONS: _debugger, ...rest } = process.env;
  return { ...rest, ...node.environment };
}

function lastWords(text: string, code: number | null, killedBy: NodeJS.Signals | null): string {
  if (text !== '') return text;
  return `The trainer ended ${killedBy ? `by ${killedBy}` : `with code ${code}`} and wrote nothing.`;
}
