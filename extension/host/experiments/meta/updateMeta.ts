import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { metaFile, normalise, parseMeta, type RunMeta } from './runMeta';

/** Changes of one folder wait for each other, so that none is lost. */
const pending = new Map<string, Promise<void>>();

/**
 * Changes a run's `meta.json`; a reader sees the old content or the new one, whole.
 * @throws Error naming the file when it is damaged, which keeps what a person wrote there, or cannot be written
 */
export function updateMeta(runFolder: string, change: (meta: RunMeta) => RunMeta): Promise<void> {
  const before = pending.get(runFolder) ?? Promise.resolve();
  const update = before.then(() => changeMeta(path.join(runFolder, metaFile), change));
  const settled = update
    .catch(() => undefined)
    .finally(() => {
      if (pending.get(runFolder) === settled) pending.delete(runFolder);
    });
  pending.set(runFolder, settled);
  return update;
}

async function changeMeta(file: string, change: (meta: RunMeta) => RunMeta): Promise<void> {
  const meta = normalise(change(await readMeta(file)));
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(meta, null, 2)}\n`, { flag: 'wx' });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new Error(`${file} could not be written: ${(error as Error).message}`, { cause: error });
  }
}

async function readMeta(file: string): Promise<RunMeta> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  const meta = parseMeta(text);
  if (meta === undefined) throw new Error(`${file} is damaged: it is not a JSON object. Mend or delete it.`);
  return meta;
}
