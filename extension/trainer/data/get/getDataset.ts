import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type OfficialFile, type OfficialName, officialDatasets } from '../../../contract/datasets';
import { DataError } from '../dataError';
import { fetchFile } from './fetchFile';
import { digestOfFile } from './partialFile';

export interface GetOptions {
  /** Folder that gets the files. */
  readonly to: string;
  /** A folder with the official files, one such file, or the address of a mirror; by default the official address. */
  readonly from?: string;
  readonly signal: AbortSignal;
  readonly progress: (told: GetProgress) => void;
}

export interface GetProgress {
  readonly file: string;
  /** Bytes of this file that are there. */
  readonly bytes: number;
  readonly totalBytes: number;
}

/**
 * Gets the official files of a dataset that are not there yet, and verifies every one.
 * @returns the files, and whether any was missing
 * @throws DataError naming the file or the address; what has arrived is kept, and the next call goes on from there
 */
export async function getDataset(
  name: OfficialName,
  options: GetOptions,
): Promise<{ readonly files: readonly string[]; readonly fetched: boolean }> {
  const { files } = officialDatasets[name];
  refuseRepository(options.to);
  await mkdir(options.to, { recursive: true });
  let fetched = false;
  for (const file of files) {
    const target = path.join(options.to, file.name);
    if (await isWhole(file, target)) continue;
    await fetchFile(file, target, sourceOf(file, options.from, files.length), options);
    fetched = true;
  }
  return { files: files.map(file => path.join(options.to, file.name)), fetched };
}

async function isWhole(file: OfficialFile, target: string): Promise<boolean> {
  const found = statSync(target, { throwIfNoEntry: false });
  return found?.size === file.bytes && (await digestOfFile(target)) === file.sha256;
}

/** A local path or an address. */
function sourceOf(file: OfficialFile, from: string | undefined, files: number): string {
  if (from === undefined) return file.url;
  if (/^https?:\/\//.test(from)) {
    return from.endsWith(file.name) ? from : `${from.replace(/\/$/, '')}/${file.name}`;
  }
  const place = statSync(from, { throwIfNoEntry: false });
  if (place?.isDirectory()) {
    const inside = path.join(from, file.name);
    if (existsSync(inside)) return inside;
    throw new DataError(
      `${from}: ${file.name} is not in this folder. Name the folder or file that has it with --from.`,
    );
  }
  if (place?.isFile() && files === 1) return from;
  throw new DataError(
    `${from}: ${place ? `one file, but the dataset has ${files}` : 'there is no such folder or file'}. ` +
      'Give a folder with the official files, or the address of a mirror.',
  );
}

/** Hundreds of megabytes in a repository would be committed sooner or later. */
function refuseRepository(folder: string): void {
  for (let parent = folder; ; parent = path.dirname(parent)) {
    if (existsSync(path.join(parent, '.git'))) {
      throw new DataError(
        `${folder} lies in the repository ${parent}. Datasets do not go into a repository: name another folder with --to.`,
      );
    }
    if (path.dirname(parent) === parent) return;
  }
}
