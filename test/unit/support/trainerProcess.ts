import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { RunEvent } from '../../../extension/contract/events';

const trainer = path.resolve('dist/trainer.js');

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly events: readonly RunEvent[];
  readonly stderr: string;
}

/**
 * Runs the real trainer (`run ... --json`) to its end. `onEvent` sees each event as it is printed and may kill the process.
 * `environment` is added to this process's.
 */
export async function runTrainer(
  cliArguments: readonly string[],
  onEvent: (event: RunEvent, child: ChildProcess) => void = () => {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [trainer, 'run', ...cliArguments, '--json'], {
    stdio: 'pipe',
    env: { ...process.env, ...environment },
  });
  const events: RunEvent[] = [];
  let stderr = '';
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  createInterface({ input: child.stdout }).on('line', line => {
    const event = JSON.parse(line) as RunEvent;
    events.push(event);
    onEvent(event, child);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, events, stderr };
}
