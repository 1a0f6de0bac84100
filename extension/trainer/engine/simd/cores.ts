import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/**
 * Physical cores that this process may use: two hardware threads of one core share its multipliers, so a thread on each gains
 * nothing. Where the system does not tell, the processors it offers.
 */
export function physicalCores(): number {
  const allowed = Math.min(availableParallelism(), processorsOfControlGroup());
  return Math.max(1, Math.min(allowed, coresOfSystem() ?? cpus().length));
}

function coresOfSystem(): number | undefined {
  try {
    if (process.platform === 'linux') return coresOfCpuInfo(readFileSync('/proc/cpuinfo', 'utf8'));
    if (process.platform !== 'darwin') return undefined;
    const told = execFileSync('sysctl', ['-n', 'hw.physicalcpu'], { encoding: 'utf8' });
    return Number.parseInt(told, 10) || undefined;
  } catch {
    return undefined;
  }
}

/** Distinct (package, core) pairs of /proc/cpuinfo; ARM does not list them. */
export function coresOfCpuInfo(text: string): number | undefined {
  const cores = new Set<string>();
  for (const processor of text.split('\n\n')) {
    const core = /^core id\s*:\s*(\d+)$/m.exec(processor)?.[1];
    const socket = /^physical id\s*:\s*(\d+)$/m.exec(processor)?.[1] ?? '0';
    if (core !== undefined) cores.add(`${socket}/${core}`);
  }
  return cores.size || undefined;
}

/** A container's share of processor time, in processors. */
function processorsOfControlGroup(): number {
  try {
    return processorsOfQuota(readFileSync('/sys/fs/cgroup/cpu.max', 'utf8'));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Of the text of cpu.max: quota and period in microseconds, or "max" for no limit. */
export function processorsOfQuota(text: string): number {
  const [quota, period] = text.trim().split(' ').map(Number);
  if (!quota || !period) return Number.POSITIVE_INFINITY;
  return Math.max(1, Math.floor(quota / period));
}
