import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Ended, InstallationError, runProgram } from './program';

/**
 * Runs npm to its end; `onLine` is called with every line that it prints.
 * Throws `InstallationError` where there is none.
 */
export async function runNpm(
  args: readonly string[],
  options: { readonly cwd: string; readonly onLine?: (line: string) => void },
): Promise<Ended> {
  const [command, ...first] = npmCommand();
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  return runProgram(command, [...first, ...args, ...quiet], options).catch((error: unknown) => {
    if (!(error instanceof InstallationError)) throw error;
    throw new InstallationError(`${error.message} npm comes with Node: install it from https://nodejs.org.`);
  });
}

/** The npm that came with the Node of this process, else the one on the PATH. */
function npmCommand(): readonly [command: string, ...args: string[]] {
  const folder = path.dirname(process.execPath);
  const cli = [
    process.env['npm_execpath'],
    path.join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ].find(file => file?.endsWith('npm-cli.js') && existsSync(file));
  return cli ? [process.execPath, cli] : ['npm'];
}
