import path from 'node:path';

/**
 * Where a process that installs an engine keeps what is not finished, in the folder that shall get it. The process removes it
 * when it ends; whoever kills the process has to.
 */
export function workplaceOf(into: string, pid: number): string {
  return path.join(into, `unfinished-${pid}`);
}

/** The process that a name in that folder belongs to; undefined for other names. */
export function workplaceOwner(name: string): number | undefined {
  const pid = /^unfinished-(\d+)$/.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}
