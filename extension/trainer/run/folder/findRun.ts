import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { runFiles, runsFolder } from '../../../contract/runFolder';
import { RunFolderError } from './runRecord';

/**
 * The folder of the run that a person means.
 * @param idOrPath a run's id, the beginning of exactly one run's id, or a path, absolute or from the workspace
 * @throws RunFolderError when no run or more than one fits
 */
export async function findRun(workspace: string, idOrPath: string): Promise<string> {
  const runs = path.resolve(workspace, runsFolder);
  const ids = await runIds(runs);
  if (ids.includes(idOrPath)) return path.join(runs, idOrPath);
  const asPath = path.resolve(workspace, idOrPath);
  if (existsSync(path.join(asPath, runFiles.record))) return asPath;

  const fitting = idOrPath === '' ? [] : ids.filter(id => id.startsWith(idOrPath));
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return path.join(runs, only);
  if (another !== undefined) {
    throw new RunFolderError(
      `"${idOrPath}" fits ${fitting.length} runs in ${runs}: ${list(fitting)}. Write more of the id.`,
    );
  }
  const there = ids.length === 0 ? 'There are no runs there.' : `The newest runs there: ${list(ids)}.`;
  throw new RunFolderError(`No run "${idOrPath}" in ${runs}, and no run folder at ${asPath}. ${there}`);
}

/** The ids of the workspace's runs, oldest first; none where the folder is missing. */
async function runIds(runs: string): Promise<string[]> {
  const entries = await readdir(runs, { withFileTypes: true }).catch(() => []);
  return entries
    .filter(entry => entry.isDirectory() && existsSync(path.join(runs, entry.name, runFiles.record)))
    .map(entry => entry.name)
    .sort();
}

function list(ids: readonly string[]): string {
  return ids.toReversed().slice(0, 5).join(', ') + (ids.length > 5 ? ', ...' : '');
}
