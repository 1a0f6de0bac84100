import path from 'node:path';

/** Second argument of `randomizedAt.openDashboard` from a list: the keyboard stays there. */
export const keepFocus = 'keepFocus';

/** The run folder a command was given: a path, or what the sidebar passes, an object with `runFolder`. */
export function targetFolder(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  return savedFolder(target);
}

/**
 * The run folders a command was given: a list of targets, or the clicked item and all selected ones, as the editor passes
 * them for a tree with multiple selection.
 */
export function targetFolders(target: unknown, all: unknown): string[] | undefined {
  const targets = Array.isArray(all) ? all : Array.isArray(target) ? target : undefined;
  const folders = targets?.map(targetFolder).filter(folder => folder !== undefined);
  return folders && folders.length > 0 ? [...new Set(folders)] : undefined;
}

/** The run folder that a page kept for the panel's return after a reload. */
export function savedFolder(state: unknown): string | undefined {
  const runFolder = property(state, 'runFolder');
  return typeof runFolder === 'string' && path.isAbsolute(runFolder) ? runFolder : undefined;
}

/** The run folders that a compare page kept. */
export function savedFolders(state: unknown): string[] | undefined {
  const runFolders = property(state, 'runFolders');
  if (!Array.isArray(runFolders) || runFolders.length === 0) return undefined;
  return runFolders.every(folder => typeof folder === 'string' && path.isAbsolute(folder))
    ? runFolders
    : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
