import { constants } from 'node:fs';
import { access, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { applyEdits, parse } from 'jsonc-parser';
import type { JsonPath } from '../../../contract/config';
import { runFiles } from '../../../contract/runFolder';
import { setValue } from '../edits';

/**
 * Writes the config that a run was started with as a new config file, comments kept, under a name of its own.
 * @param workspaceFolder absolute; the copy lies beside the original config where that is inside it, else directly in it
 * @returns the new file; never one that was there before
 * @throws Error naming the run's `config.json` when it cannot be read or lacks the config's text
 */
export async function duplicateConfig(runFolder: string, workspaceFolder: string): Promise<string> {
  const { source, configFolder } = await readSource(path.join(runFolder, runFiles.config));
  const target = (await canHold(configFolder, workspaceFolder)) ? configFolder : workspaceFolder;
  const name = nameIn(source);
  for (let copy = 1; ; copy++) {
    const copyName = copy === 1 ? `${name}-copy` : `${name}-copy-${copy}`;
    const file = path.join(target, `${copyName}.rat.json`);
    const text = withPathsFrom(configFolder, target, replace(source, ['name'], copyName));
    try {
      await writeFile(file, text, { flag: 'wx' });
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function readSource(file: string): Promise<{ source: string; configFolder: string }> {
  let stored: { source?: unknown; configFolder?: unknown } | null;
  try {
    stored = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} could not be read: ${(error as Error).message}`, { cause: error });
  }
  const { source, configFolder } = stored ?? {};
  if (typeof source !== 'string' || typeof configFolder !== 'string') {
    throw new Error(`${file} lacks "source" or "configFolder": the run's config cannot be repeated.`);
  }
  return { source, configFolder };
}

async function canHold(folder: string, workspaceFolder: string): Promise<boolean> {
  const inside = path.relative(workspaceFolder, folder);
  if (inside.split(path.sep)[0] === '..' || path.isAbsolute(inside)) return false;
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** A config's name may have 64 letters, digits, dots, underscores and dashes: so it is a file's name on every system. */
function nameIn(source: string): string {
  const name: unknown = parse(source)?.name;
  if (typeof name !== 'string') return 'run';
  const safe = name
    .replace(/-copy(-\d+)?$/, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 50);
  return safe === '' ? 'run' : safe;
}

/** A relative dataset path means the config's folder: written elsewhere, it must still find the same data. */
function withPathsFrom(configFolder: string, target: string, text: string): string {
  const written: unknown = parse(text)?.dataset?.path;
  if (configFolder === target || typeof written !== 'string' || path.isAbsolute(written)) return text;
  return replace(text, ['dataset', 'path'], path.resolve(configFolder, written));
}

function replace(text: string, place: JsonPath, value: string): string {
  return applyEdits(text, setValue(text, place, value));
}
