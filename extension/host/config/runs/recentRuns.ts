import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../../../contract/config';
import type { StepEvent } from '../../../contract/events';
import { decodeJson, parseMetrics } from '../../../contract/metrics';
import { type RunRecord, runFiles, runsFolder } from '../../../contract/runFolder';

/** What a run was started with. */
export interface StartedRun {
  readonly folder: string;
  readonly config: Config;
  /** The config's text, with its comments. */
  readonly source: string;
  readonly configFolder: string;
}

/** How many of the newest runs are looked at: an older one says little about the present. */
const depth = 50;

/** A run's config never changes, so it is read once. */
const known = new Map<string, StartedRun>();

/** The newest runs of a workspace folder, newest first; damaged ones are left out. */
export async function* newestRuns(workspaceFolder: string): AsyncGenerator<StartedRun> {
  const parent = path.join(workspaceFolder, runsFolder);
  const names = await readdir(parent).catch(() => []);
  for (const name of names.sort().reverse().slice(0, depth)) {
    const folder = path.join(parent, name);
    const run = known.get(folder) ?? (await readStartedRun(folder));
    if (run === undefined) continue;
    known.set(folder, run);
    yield run;
  }
}

/** Undefined where `config.json` cannot be read. */
export async function readStartedRun(folder: string): Promise<StartedRun | undefined> {
  const stored = (await readJson(path.join(folder, runFiles.config))) as Partial<StartedRun> | undefined;
  const { config, source, configFolder } = stored ?? {};
  return typeof config === 'object' && typeof source === 'string' && typeof configFolder === 'string'
    ? { folder, config, source, configFolder }
    : undefined;
}

/** The engine of a run, as far as its record tells. */
export async function engineOf(folder: string): Promise<string | undefined> {
  const record = (await readJson(path.join(folder, runFiles.record))) as Partial<RunRecord> | undefined;
  return typeof record?.engine === 'string' ? record.engine : undefined;
}

/** The latest training step of a run, from the end of its metrics. */
export async function latestStep(folder: string): Promise<StepEvent | undefined> {
  const tail = await readTail(path.join(folder, runFiles.metrics), 64 * 1024);
  return parseMetrics(tail).events.findLast(event => event.type === 'step');
}

async function readTail(file: string, bytes: number): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(bytes, size));
    await handle.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8');
  } catch {
    return '';
  } finally {
    await handle?.close();
  }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return decodeJson(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
