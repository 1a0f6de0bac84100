import { spawn } from 'node:child_process';

/**
 * Runs a program to its end and keeps what it printed.
 * @returns standard output and standard error together
 * @throws Error with the last lines it printed when it cannot start or ends with another status than 0
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      printed += text;
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (status === 0) return printed;
  const tail = printed.trimEnd().split('\n').slice(-15).join('\n');
  throw new Error(`"${command} ${args.join(' ')}" ended with status ${status}:\n${tail}`);
}
