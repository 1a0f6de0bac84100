import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { version_core } from '@tensorflow/tfjs-core';
import { version } from '../../../package.json';
import { type Config, formatProblem, parseConfig } from '../../contract/config';
import { runFiles } from '../../contract/runFolder';
import { RunFolderError } from './folder/runRecord';

/** `config.json` of a run: enough to repeat it. */
export interface StoredConfig {
  readonly config: Config;
  /** The config file's text with the command line's changes. */
  readonly source: string;
  /** Paths in the config are relative to this folder. */
  readonly configFolder: string;
  readonly versions: { readonly 'randomized-at': string; readonly node: string; readonly tfjs: string };
  /** Git commit of the workspace, where it is a repository. */
  readonly commit?: string;
}

export async function describeConfig(
  config: Config,
  source: string,
  configFolder: string,
  workspace: string,
): Promise<StoredConfig> {
  const commit = await gitCommit(workspace);
  return {
    config,
    source,
    configFolder,
    versions: { 'randomized-at': version, node: process.version, tfjs: version_core },
    ...(commit ? { commit } : {}),
  };
}

/**
 * Fields that an older version of the program did not know yet have this one's defaults. Throws RunFolderError when
 * `config.json` is damaged, or means something else to this version.
 */
export async function readStoredConfig(runFolder: string): Promise<StoredConfig> {
  const file = path.join(runFolder, runFiles.config);
  let stored: Partial<StoredConfig>;
  try {
    stored = JSON.parse(await readFile(file, 'utf8')) as Partial<StoredConfig>;
  } catch (error) {
    throw new RunFolderError(
      `${file} cannot be read (${(error as Error).message}), so the run cannot be resumed.`,
    );
  }
  const { source, config, configFolder } = stored;
  if (typeof source !== 'string' || typeof configFolder !== 'string') {
    throw new RunFolderError(`${file} lacks "source" or "configFolder", so the run cannot be resumed.`);
  }
  const parsed = parseConfig(source, `${file} (source)`);
  if ('problems' in parsed) {
    throw new RunFolderError(parsed.problems.map(formatProblem).join('\n'));
  }
  if (!confirms(parsed.config, config)) {
    throw new RunFolderError(
      `${file}: "config" is not what this version (${version}) makes of "source". It was edited, or another version ` +
        'started the run. Resume with that version, or start a new run.',
    );
  }
  return { ...stored, config: parsed.config } as StoredConfig;
}

/** Whether a value has everything that the stored one has, with the same values; it may have more fields. */
function confirms(value: unknown, stored: unknown): boolean {
  if (!isRecord(value) || !isRecord(stored)) return isDeepStrictEqual(value, stored);
  return Object.entries(stored).every(([name, field]) => name in value && confirms(value[name], field));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function gitCommit(folder: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], {
      cwd: folder,
      timeout: 5000,
    });
    return stdout.trim();
  } catch {
    return undefined;
  }
}
