import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';

/**
 * The folder to delete when a person deletes a run: only a real folder directly inside a `.rat/runs`.
 * @param runsFolders absolute paths of every `.rat/runs` of the workspace
 * @returns its real path
 * @throws Error naming the folder and why it is refused
 */
export async function deletableFolder(folder: string, runsFolders: readonly string[]): Promise<string> {
  const refuse = (why: string) => new Error(`${JSON.stringify(folder)} was not deleted: ${why}.`);
  const name = path.basename(folder);
  const isPlain = path.isAbsolute(folder) && path.join(path.dirname(folder), name) === folder;
  if (!isPlain || name === '' || name.startsWith('.') || folder.includes('\0')) {
    throw refuse('it is not the plain path of a run folder');
  }
  const kind = await lstat(folder).catch(() => undefined);
  if (kind === undefined) throw refuse('it does not exist any more');
  if (kind.isSymbolicLink()) throw refuse('it is a link; remove the link itself by hand');
  if (!kind.isDirectory()) throw refuse('it is not a folder');

  const parent = await realpath(path.dirname(folder));
  const roots = await Promise.all(runsFolders.map(runs => realpath(runs).catch(() => undefined)));
  if (!roots.includes(parent)) throw refuse('it does not lie directly in a .rat/runs of this workspace');
  return path.join(parent, name);
}
