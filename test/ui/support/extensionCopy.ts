import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { installedExtensions } from './places';

export interface ExtensionCopy {
  readonly folder: string;
  remove(): Promise<void>;
}

/** The installed extension outside this repository, whose packages it would find otherwise: as on a person's machine. */
export async function copyExtension(): Promise<ExtensionCopy> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'randomized-at-extensions-'));
  await cp(installedExtensions, folder, { recursive: true });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
