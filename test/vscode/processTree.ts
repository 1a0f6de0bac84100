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

/** Ends processes at once; those already gone are no error. */
export function kill(processes: readonly { readonly pid: number }[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function parseLine(line: string): ProcessInfo[] {
  const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
  return match ? [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? '' }] : [];
}
