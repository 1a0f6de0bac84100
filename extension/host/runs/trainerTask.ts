import { spawn } from 'node:child_process';
import path from 'node:path';
import type { NodeRuntime } from './findNode';
import { killTree } from './processTree';

/** A short task of the trainer that ends with this window. */
export interface TrainerTask {
  readonly node: Pick<NodeRuntime, 'path' | 'environment'>;
  /** The trainer's bundle. */
  readonly trainer: string;
  readonly arguments: readonly string[];
}

/**
 * Runs one to its end. `onLine` gets each line of its output; what is no JSON object is left out.
 * @throws Error with what it wrote to stderr when it fails; `undefined` is returned when `signal` ended it
 */
export async function runTrainerTask(
  { node, trainer, arguments: words }: TrainerTask,
  signal: AbortSignal,
  onLine: (line: Readonly<Record<string, unknown>>) => void,
): Promise<'done' | undefined> {
  const child = spawn(node.path, [trainer, ...words], {
    cwd: path.dirname(trainer),
    env: { ...process.env, ...node.environment },
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const abort = () => void (child.pid !== undefined && killTree(child.pid));
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  let errors = '';
  let unfinished = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (unfinished + text).split('\n');
    unfinished = lines.pop() ?? '';
    for (const line of lines) {
      const value = objectIn(line);
      if (value) onLine(value);
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const code = await new Promise<number | string | null>(resolve => {
    child.once('error', error => resolve(`${node.path} could not be started: ${error.message}`));
    child.once('close', resolve);
  });
  signal.removeEventListener('abort', abort);
  if (signal.aborted) return undefined;
  if (code === 0) return 'done';
  const said = errors.trim().replace(/^randomized-at: /, '');
  throw new Error(typeof code === 'string' ? code : said || `The trainer ended with status ${code}.`);
}

function objectIn(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
