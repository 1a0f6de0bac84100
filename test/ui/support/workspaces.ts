import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export interface TestWorkspace {
  readonly folder: string;
  remove(): Promise<void>;
}

/** A new folder with the shipped examples and further files, by their names. */
export async function makeWorkspace(files: Readonly<Record<string, string>> = {}): Promise<TestWorkspace> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'randomized-at-workspace-'));
  await cp('examples', folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  // A trainer that is just ending may write its last line while the folder goes.
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}
