import { isMainThread } from 'node:worker_threads';
import { version } from '../../package.json';
import { parseCommandLine } from './cli/commandLine';
import { reportError } from './cli/reportError';
import { onReaderGone, stopOnSignals } from './cli/signals';

/** The trainer's command line: `randomized-at COMMAND`. */
async function main(argv: readonly string[]): Promise<number> {
  const request = parseCommandLine(argv);
  const stop = new AbortController();
  const stopsOrderly = request.kind === 'command' && request.invocation.stopsOrderly;
  if (stopsOrderly) stopOnSignals(process, stop, code => process.exit(code));
  // A run whose reader has gone (`| head`) is stopped with a checkpoint; any other command has nothing left to do.
  onReaderGone(process.stderr, () => {});
  onReaderGone(process.stdout, () => (stopsOrderly ? stop.abort('the output was closed') : process.exit(0)));

  switch (request.kind) {
    case 'help':
      process.stdout.write(`${request.text}\n`);
      return 0;
    case 'version':
      process.stdout.write(`${version}\n`);
      return 0;
    case 'command':
      return request.invocation.execute({
        stdout: process.stdout,
        stderr: process.stderr,
        argv,
        cwd: process.cwd(),
        isTerminal: process.stdout.isTTY === true,
        signal: stop.signal,
      });
  }
}

async function start(): Promise<void> {
  if (!isMainThread) {
    const { workOnSteps } = await import('./parallel/worker');
    return workOnSteps();
  }
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const { text, exitCode } = reportError(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = exitCode;
  }
}

start();
