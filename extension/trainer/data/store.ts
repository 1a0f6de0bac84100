import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { NamedArray } from '../checkpoint/namedArray';
import { encodeSafetensors, readSafetensors } from '../checkpoint/safetensors';
import { writeFileAtomic } from '../run/folder/atomicWrite';
import type { Dataset, ImageSet } from './dataset';

/** Folder of decoded datasets, beside the files they were made of. */
export const storeFolder = '.randomized-at-cache';

/** Raised when the same files decode to other bytes than before. */
const storeVersion = 1;

export interface Stored {
  readonly dataset: Dataset;
  /** Whether it was decoded now, read from the store, or decoded again because the store was damaged. */
  readonly from: 'files' | 'store' | 'files-again';
}

/**
 * A dataset that is decoded once and then read from a file of plain bytes.
 * @param name of the dataset and its options: a newer store replaces those of the same name
 * @param folder where the store may be written; without the right to do so the dataset is decoded every time
 * @param content what the decoded bytes depend on: a digest of the files and every option
 */
export async function throughStore(
  folder: string,
  name: string,
  content: string,
  decode: () => Promise<Dataset>,
): Promise<Stored> {
  const key = createHash('sha256').update(`${storeVersion}\n${content}`).digest('hex').slice(0, 24);
  const file = path.join(folder, storeFolder, `${name}-${key}.safetensors`);
  const found = await readStore(file);
  if (found !== undefined && found !== 'damaged') return { dataset: found, from: 'store' };
  const dataset = await decode();
  await writeStore(file, name, dataset).catch(() => undefined);
  return { dataset, from: found === 'damaged' ? 'files-again' : 'files' };
}

async function readStore(file: string): Promise<Dataset | 'damaged' | undefined> {
  try {
    const { arrays, metadata } = await readSafetensors(file);
    const train = setOf(arrays, 'train');
    const test = setOf(arrays, 'test');
    if (!train || !test || checksum(train, test) !== metadata['crc32']) return 'damaged';
    return { name: metadata['dataset'] ?? '', classes: Number(metadata['classes']), train, test };
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT' ? undefined : 'damaged';
  }
}

function setOf(arrays: ReadonlyMap<string, NamedArray>, split: string): ImageSet | undefined {
  const images = arrays.get(`${split}.images`);
  const labels = arrays.get(`${split}.labels`);
  if (images?.dtype !== 'U8' || labels?.dtype !== 'U8') return undefined;
  const [count = 0, height = 0, width = 0, channels = 0] = images.shape;
  return { images: images.data, labels: labels.data, count, height, width, channels };
}

async function writeStore(file: string, name: string, dataset: Dataset): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true });
  // Data that lie in a repository are ignored there; the store is no more to be committed than they.
  await writeFile(path.join(folder, '.gitignore'), '*\n');
  const { train, test, classes } = dataset;
  const arrays = new Map<string, NamedArray>();
  for (const [split, set] of Object.entries({ train, test })) {
    const { images, labels, count, height, width, channels } = set;
    arrays.set(`${split}.images`, { dtype: 'U8', shape: [count, height, width, channels], data: images });
    arrays.set(`${split}.labels`, { dtype: 'U8', shape: [count], data: labels });
  }
  const metadata = { dataset: dataset.name, classes: String(classes), crc32: checksum(train, test) };
  await writeFileAtomic(file, encodeSafetensors(arrays, metadata));
  await removeOthers(folder, name, path.basename(file));
}

/** Stores of that name that the present files no longer make. */
async function removeOthers(folder: string, name: string, kept: string): Promise<void> {
  const others = (await readdir(folder)).filter(
    entry => entry.startsWith(`${name}-`) && entry.endsWith('.safetensors') && entry !== kept,
  );
  for (const other of others) await rm(path.join(folder, other), { force: true });
}

function checksum(...sets: readonly ImageSet[]): string {
  return sets
    .reduce((sum, { images, labels }) => crc32(labels, crc32(images, sum)), 0)
    .toString(16)
    .padStart(8, '0');
}
