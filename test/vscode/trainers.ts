import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type RunRecord, runFiles, runsFolder } from '../../extension/contract/runFolder';
import { kill } from './processTree';

/** `run.json` of every readable run folder of a workspace, oldest first. */
export async function readRuns(workspace: string): Promise<{ folder: string; record: RunRecord }[]> {
  const root = path.join(workspace, runsFolder);
  const names = await readdir(root).catch(() => []);
  const runs = await Promise.all(
    names.sort().map(async name => {
      const folder = path.join(root, name);
      const text = await readFile(path.join(folder, runFiles.record), 'utf8').catch(() => undefined);
      return text === undefined ? [] : [{ folder, record: JSON.parse(text) as RunRecord }];
    }),
  );
  return runs.flat();
}

/** Ends the trainers of a workspace that outlived their window, as they are meant to. */
export async function stopTrainers(workspace: string): Promise<void> {
  const running = (await readRuns(workspace)).filter(({ record }) => record.status === 'running');
  kill(running.flatMap(({ record }) => (record.process ? [{ pid: record.process.pid }] : [])));
}
