import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { workplaceOf } from '../../contract/engineWorkplace';
import { killTree } from '../runs/processTree';
import type { TrainerRuntime } from './survey';

/** What the trainer's `engine` command shall do. */
export interface EngineAction {
  readonly action: 'install-tensorflow' | 'build-tensorflow';
  /** Folder that gets the engine. */
  readonly into: string;
  /** Python whose TensorFlow is built against; the first on the PATH where it is absent. */
  readonly python?: string;
}

export interface EngineActionEnd {
  readonly outcome: 'done' | 'failed' | 'canceled';
  /** Its last line, or why it failed. */
  readonly message: string;
  /** All that was printed. */
  readonly log: string;
}

/**
 * Runs the command in a process of its own to its end; `onLine` is told what it is doing. `signal` ends it with all that it has
 * started and half done.
 */
export async function runEngineAction(
  node: TrainerRuntime,
  trainerPath: string,
  { action, into, python }: EngineAction,
  { signal, onLine }: { readonly signal: AbortSignal; onLine(line: string): void },
): Promise<EngineActionEnd> {
  const args = ['engine', action, '--into', into, ...(python === undefined ? [] : ['--python', python])];
  const child = spawn(node.path, [trainerPath, ...args], {
    cwd: path.dirname(trainerPath),
    env: { ...process.env, ...node.environment },
    // A group of its own, so that npm and the compiler end with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const abort = () => void (child.pid !== undefined && killTree(child.pid));
  signal.addEventListener('abort', abort);
  let log = '';
  let errors = '';
  let unfinished = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    log += text;
    const lines = (unfinished + text).split('\n');
    unfinished = lines.pop() ?? '';
    lines.filter(line => line.trim() !== '').forEach(onLine);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
    errors += text;
  });
  const status = await new Promise<number | string | null>(resolve => {
    child.on('error', error => resolve(`${node.path} could not be started: ${error.message}`));
    child.on('close', resolve);
  });
  signal.removeEventListener('abort', abort);
  if (signal.aborted) {
    // What has just been killed may write its last file while the folder goes: therefore several tries.
    await rm(workplaceOf(into, child.pid ?? 0), { recursive: true, force: true, maxRetries: 5 });
    return { outcome: 'canceled', message: 'Canceled.', log };
  }
  if (status === 0) return { outcome: 'done', message: conclusion(log), log };
  const said = errors.trim().replace(/^randomized-at: /, '');
  const message = typeof status === 'string' ? status : said || `The trainer ended with status ${status}.`;
  return { outcome: 'failed', message, log };
}

/** The line that tells how the engine did when it was tried. */
function conclusion(log: string): string {
  const lines = log.trim().split('\n');
  return lines.find(line => line.startsWith('TensorFlow ')) ?? lines.at(-1) ?? '';
}
