import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The bytes of an IDX file; `type` 8 is unsigned bytes. */
export function idxBytes(shape: readonly number[], data: Uint8Array, type = 8): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(2, type);
  view.setUint8(3, shape.length);
  for (const [i, size] of shape.entries()) view.setUint32(4 + 4 * i, size);
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}

/** 0, 1, 2, ... modulo `bound`. */
export const counting = (length: number, bound = 256): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => i % bound);

/** Images of consecutive byte values and labels 0, 1, 2, 0, ... under MNIST's names; `files` replaces or removes some. */
export async function writeDataset(
  folder: string,
  files: Readonly<Record<string, Uint8Array | undefined>> = {},
): Promise<void> {
  const all = {
    'train-images-idx3-ubyte': idxBytes([6, 3, 2], counting(36)),
    'train-labels-idx1-ubyte': idxBytes([6], counting(6, 3)),
    't10k-images-idx3-ubyte': idxBytes([4, 3, 2], counting(24)),
    't10k-labels-idx1-ubyte': idxBytes([4], counting(4, 3)),
    ...files,
  };
  for (const [name, bytes] of Object.entries(all)) if (bytes) await writeFile(join(folder, name), bytes);
}

/** Runs `test` with the path of an empty folder that is removed afterwards. */
export async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'randomized-at-data-'));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
