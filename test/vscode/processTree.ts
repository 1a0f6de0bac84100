import { setTimeout as pause } from 'node:timers/promises';
import { runCommand } from './command';

export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** A process and all that descend from it, parents first. */
export async function processTree(root: number): Promise<ProcessInfo[]> {
  const table = (await runCommand('ps', ['-A', '-o', 'pid=,ppid=,args=']))
    .split('\n')
    .flatMap(line => parseLine(line));
  const tree = table.filter(entry => entry.pid === root);
  for (const member of tree) tree.push(...table.filter(entry => entry.parent === member.pid));
  return tree;
}

/** Waits until none of the processes is left: what is nobody's child tells nobody of its end. */
export async function allEnded(processes: readonly ProcessInfo[]): Promise<void> {
  for (const { pid, command } of processes) {
    const isThere = async () =>
      (await processTree(pid)).some(found => found.pid === pid && found.command === command);
    while (await isThere()) await pause(50);
  }
}

function parseLine(line: string): ProcessInfo[] {
  const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
  return match ? [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? '' }] : [];
}
