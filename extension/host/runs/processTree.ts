import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isProcessAlive, type ProcessIdentity } from '../../contract/processIdentity';

const run = promisify(execFile);

/** Ends a process and all that it has started, at once. Of those that are gone already nothing is said. */
export async function killTree(pid: number): Promise<void> {
  if (process.platform === 'win32') {
    await run('taskkill', ['/PID', String(pid), '/T', '/F']).catch(() => undefined);
    return;
  }
  const family = [pid, ...(await descendants(pid))];
  // A trainer that an editor started leads a process group, which outlives it.
  for (const target of [-pid, ...family]) send(target, 'SIGKILL');
}

/** Ends what a process that has ended by itself has left behind: the others of the group it led. */
export function killLeftovers(pid: number): void {
  if (process.platform !== 'win32') send(-pid, 'SIGKILL');
}

/** Asks a process to end, if it is still the one that is meant. */
export function askToEnd(identity: ProcessIdentity): void {
  if (isProcessAlive(identity)) send(identity.pid, 'SIGTERM');
}

/** Whether the process ends within this time, in milliseconds. */
export async function endsWithin(identity: ProcessIdentity, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (isProcessAlive(identity)) {
    if (performance.now() >= deadline) return false;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return true;
}

async function descendants(pid: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']).catch(() => ({ stdout: '' }));
  const children = new Map<number, number[]>();
  for (const line of stdout.split('\n')) {
    const [child = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found: number[] = [];
  for (let next = [...(children.get(pid) ?? [])]; next.length > 0; ) {
    found.push(...next);
    next = next.flatMap(parent => children.get(parent) ?? []);
  }
  return found;
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // It is gone, or is no process group.
  }
}
