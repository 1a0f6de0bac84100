import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** Names one process of this machine for good, though process ids come round again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** On Linux `boot <id of the boot> tick <start>`, elsewhere the time it started, ISO 8601. */
  readonly startedAt: string;
}

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  const startedAt = linuxStart(process.pid) ?? new Date(performance.timeOrigin).toISOString();
  return { pid: process.pid, startedAt };
}

/**
 * Whether that very process still runs. Where only a start time is known, a process of the same id counts as the same
 * one, unless the machine has been restarted since.
 */
export function isProcessAlive({ pid, startedAt }: ProcessIdentity): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  if (startedAt.startsWith('boot ')) return linuxStart(pid) === startedAt;
  return !startedBeforeBoot(startedAt) && answers(pid);
}

/** Undefined when there is no such process, it has ended and only waits for its parent, or this is not Linux. */
function linuxStart(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field, the program's name in parentheses, may itself hold spaces and parentheses; the third is the state.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    const startTick = fields[22 - 3];
    return state === 'Z' || state === 'X' ? undefined : `boot ${boot} tick ${startTick}`;
  } catch {
    return undefined;
  }
}

function startedBeforeBoot(startedAt: string): boolean {
  const clockAdjustments = 60_000;
  return Date.parse(startedAt) < Date.now() - uptime() * 1000 - clockAdjustments;
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
