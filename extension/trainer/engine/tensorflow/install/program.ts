import { spawn } from 'node:child_process';
import path from 'node:path';

/**
 * An installation or a build cannot go on; the message's first line says what was found and what to do, others what a program
 * printed.
 */
export class InstallationError extends Error {
  override readonly name = 'InstallationError';
}

export interface Ended {
  readonly status: number | null;
  /** Standard output and standard error in the order in which they came. */
  readonly printed: string;
}

/**
 * Runs a program to its end. `onLine` is called with every line that it prints.
 * Throws `InstallationError` where the program cannot be started.
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly onLine?: (line: string) => void } = {},
): Promise<Ended> {
  const { cwd, onLine } = options;
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  let printed = '';
  let unfinished = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      printed += text;
      const lines = (unfinished + text).split(/\r?\n|\r/);
      unfinished = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') onLine?.(line.trim());
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', error =>
      reject(new InstallationError(`${command} could not be started: ${error.message}.`)),
    );
    child.on('close', resolve);
  });
  return { status, printed };
}

/** The same, and throws `InstallationError` with the last lines printed where it ends with another status than 0. */
export async function mustRun(...[command, args, options]: Parameters<typeof runProgram>): Promise<string> {
  const { status, printed } = await runProgram(command, args, options);
  if (status === 0) return printed;
  const called = [path.basename(command), ...args].join(' ');
  throw new InstallationError(`"${called}" ended with status ${status}:\n${lastLines(printed, 20)}`);
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
