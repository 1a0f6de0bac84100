import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Gives every test of the enclosing `describe` an empty folder of its own, removed afterwards. */
export function temporaryFolder(): { readonly path: string; file(name: string): string } {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'randomized-at-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return {
    get path() {
      return folder;
    },
    file: name => path.join(folder, name),
  };
}
