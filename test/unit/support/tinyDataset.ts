import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Sides of the images that `writeTinyDataset` makes. */
export const tinySide = 12;

/**
 * Writes a dataset of IDX files that a tiny network can learn: three classes of grey images with a bright bar at a place
 * of the class, and noise that is a function of the image's number.
 */
export async function writeTinyDataset(folder: string, train = 80, test = 20): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, count] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
    const pixels = new Uint8Array(count * tinySide * tinySide);
    for (let i = 0; i < pixels.length; i++) {
      const image = Math.floor(i / (tinySide * tinySide));
      const row = Math.floor(i / tinySide) % tinySide;
      const bright = Math.floor(row / 4) === (labels[image] ?? 0);
      pixels[i] = (bright ? 140 : 20) + (((i * 2654435761 + image * 97) >>> 7) % 90);
    }
    await writeFile(path.join(folder, `${name}-images-idx3-ubyte`), idx([count, tinySide, tinySide], pixels));
    await writeFile(path.join(folder, `${name}-labels-idx1-ubyte`), idx([count], labels));
  }
}

function idx(shape: readonly number[], data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt8(8, 2);
  header.writeUInt8(shape.length, 3);
  for (const [axis, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * axis);
  return Buffer.concat([header, data]);
}
