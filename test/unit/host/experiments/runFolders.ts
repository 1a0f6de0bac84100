import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunRecord } from '../../../../extension/contract/runFolder';
import { type RunDisk, runDisk } from '../../../../extension/host/experiments/store/runDisk';
import type { RunEntry, RunSummary } from '../../../../extension/host/experiments/store/runEntry';

/** A workspace folder in the system's temporary folder; `dispose` removes it. */
export async function temporaryWorkspace() {
  const folder = await mkdtemp(path.join(tmpdir(), 'experiments-'));
  const runs = path.join(folder, '.rat', 'runs');
  return {
    folder,
    runs,
    /** @returns the run's folder */
    async addRun(id: string, record: Partial<RunRecord> = {}, meta?: object) {
      const run = path.join(runs, id);
      await mkdir(run, { recursive: true });
      await replaceRecord(run, { id, ...record });
      if (meta !== undefined) await writeFile(path.join(run, 'meta.json'), JSON.stringify(meta));
      return run;
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Replaces `run.json` atomically, as the trainer does. */
export async function replaceRecord(run: string, changes: Partial<RunRecord>): Promise<void> {
  const temporary = path.join(run, 'run.json.00000000.tmp');
  await writeFile(temporary, JSON.stringify(runRecord(changes)));
  await rename(temporary, path.join(run, 'run.json'));
}

export function runRecord(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    version: 1,
    id: '20230618-143005-mnist-3f9a',
    name: 'mnist',
    status: 'finished',
    createdAt: '2023-06-18T12:30:05.000Z',
    updatedAt: '2023-06-18T12:40:05.000Z',
    step: 300,
    epoch: 3,
    totalSteps: 300,
    seconds: 61,
    ...changes,
  };
}

/** A run that need not be on the disk. */
export function runEntry(
  id: string,
  record: Partial<RunRecord> = {},
  meta: RunSummary['meta'] = {},
): RunEntry {
  const whole = runRecord({ id, ...record });
  return { kind: 'run', folder: `/w/.rat/runs/${id}`, id, status: whole.status, record: whole, meta };
}

/** The disk, and the files that were read from it since the last `forget`. */
export function countingDisk() {
  let files: string[] = [];
  const disk: RunDisk = {
    ...runDisk,
    read(asked) {
      files.push(...asked);
      return runDisk.read(asked);
    },
  };
  return {
    disk,
    get reads() {
      return [...files].sort();
    },
    forget() {
      files = [];
    },
  };
}
