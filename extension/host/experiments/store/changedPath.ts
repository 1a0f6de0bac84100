import path from 'node:path';

/**
 * What a changed path means to the run store.
 * @param runsFolders absolute paths of every `.rat/runs`
 * @returns the run folder that the path is, or is in; 'all' when the path holds run folders; undefined when it is neither
 */
export function changedRun(changed: string, runsFolders: readonly string[]): string | undefined {
  for (const runs of runsFolders) {
    const inside = path.relative(runs, changed);
    if (inside === '' || !isOutside(path.relative(changed, runs))) return 'all';
    if (isOutside(inside)) continue;
    const [name] = inside.split(path.sep);
    if (name !== undefined && !name.startsWith('.')) return path.join(runs, name);
  }
  return undefined;
}

function isOutside(relative: string): boolean {
  return relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
}
