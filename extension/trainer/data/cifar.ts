import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { readTar } from './archives/tar';
import { DataError } from './dataError';
import type { Dataset, ImageSet } from './dataset';
import { readFileOf } from './files';
import { isGzip } from './gzip';

/** One of the two CIFAR datasets in the official binary version: records of labels and 3072 bytes of red, green, blue. */
export interface CifarFormat {
  readonly name: 'cifar-10' | 'cifar-100';
  readonly classes: number;
  /** Before the pixels; the last label byte is the class. CIFAR-100 has the superclass before it. */
  readonly labelBytes: number;
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** Folder inside the archive. */
  readonly folder: string;
  readonly archive: string;
  readonly recordsPerTrainFile: number;
  readonly recordsPerTestFile: number;
}

export const cifar10: CifarFormat = {
  name: 'cifar-10',
  classes: 10,
  labelBytes: 1,
  train: [1, 2, 3, 4, 5].map(batch => `data_batch_${batch}.bin`),
  test: ['test_batch.bin'],
  folder: 'cifar-10-batches-bin',
  archive: 'cifar-10-binary.tar.gz',
  recordsPerTrainFile: 10_000,
  recordsPerTestFile: 10_000,
};

export const cifar100: CifarFormat = {
  name: 'cifar-100',
  classes: 100,
  labelBytes: 2,
  train: ['train.bin'],
  test: ['test.bin'],
  folder: 'cifar-100-binary',
  archive: 'cifar-100-binary.tar.gz',
  recordsPerTrainFile: 50_000,
  recordsPerTestFile: 10_000,
};

const side = 32;
const pixels = side * side;
const channels = 3;

/** Where the files are found: the bytes of a file of the archive by its name, and what to call it in messages. */
type FileSource = (name: string) => Promise<{ readonly bytes: Uint8Array; readonly shown: string }>;

/** The archive if `place` is it or holds it and nothing unpacked, or undefined. */
export function cifarArchive(place: string, format: CifarFormat): string | undefined {
  if (statSync(place, { throwIfNoEntry: false })?.isFile()) return place;
  if (unpackedFolder(place, format) !== undefined) return undefined;
  const inside = path.join(place, format.archive);
  return existsSync(inside) ? inside : undefined;
}

function unpackedFolder(place: string, { folder, test: [first = ''] }: CifarFormat): string | undefined {
  return [place, path.join(place, folder)].find(candidate => existsSync(path.join(candidate, first)));
}

/**
 * Reads CIFAR from the official .tar.gz, a folder that holds it, or a folder of the unpacked files.
 * @throws DataError naming the file that is missing, cut short or holds a wrong label
 *
 * Source: Krizhevsky, https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version".
 */
export async function loadCifar(place: string, format: CifarFormat): Promise<Dataset> {
  const archive = cifarArchive(place, format);
  const source = archive === undefined ? folderSource(place, format) : await archiveSource(archive, format);
  const train = await readSet(source, format, format.train, format.recordsPerTrainFile);
  const test = await readSet(source, format, format.test, format.recordsPerTestFile);
  return { name: format.name, classes: format.classes, train, test };
}

function folderSource(place: string, format: CifarFormat): FileSource {
  const folder = unpackedFolder(place, format);
  if (folder === undefined) {
    throw new DataError(
      `${place}: neither ${format.archive} nor ${format.test.join(', ')} is there. ` +
        `Get the dataset with "randomized-at data get ${format.name}", or set dataset.path to its folder.`,
    );
  }
  return async name => {
    const file = path.join(folder, name);
    return { bytes: await readFileOf(file), shown: file };
  };
}

async function archiveSource(archive: string, format: CifarFormat): Promise<FileSource> {
  const entries = readTar(await unzipped(archive), archive);
  return async name => {
    const entry = entries.find(candidate => path.posix.basename(candidate.name) === name);
    if (entry) return { bytes: entry.data, shown: `${archive}: ${entry.name}` };
    throw new DataError(
      `${archive}: "${format.folder}/${name}" is not in the archive. Download the binary version again.`,
    );
  };
}

async function unzipped(archive: string): Promise<Uint8Array> {
  const bytes = await readFileOf(archive);
  if (!isGzip(bytes)) return bytes;
  try {
    return await promisify(gunzip)(bytes, { chunkSize: 1 << 22 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`${archive}: the gzip data are broken (${reason}). Download the file again.`);
  }
}

async function readSet(
  source: FileSource,
  format: CifarFormat,
  names: readonly string[],
  recordsPerFile: number,
): Promise<ImageSet> {
  const count = names.length * recordsPerFile;
  const images = new Uint8Array(count * pixels * channels);
  const labels = new Uint8Array(count);
  for (const [i, name] of names.entries()) {
    const { bytes, shown } = await source(name);
    readRecords(bytes, shown, format, recordsPerFile, i * recordsPerFile, images, labels);
  }
  return { images, labels, count, height: side, width: side, channels };
}

/** Planes of red, green and blue become pixels. */
function readRecords(
  bytes: Uint8Array,
  shown: string,
  { labelBytes, classes }: CifarFormat,
  records: number,
  first: number,
  images: Uint8Array,
  labels: Uint8Array,
): void {
  const recordLength = labelBytes + channels * pixels;
  if (bytes.length !== records * recordLength) {
    throw new DataError(
      `${shown}: expected ${records} records of ${recordLength} bytes, ${records * recordLength} in all; found ` +
        `${bytes.length} bytes. Download the archive again.`,
    );
  }
  for (let record = 0; record < records; record++) {
    const start = record * recordLength + labelBytes;
    const label = bytes[start - 1] ?? 0;
    if (label >= classes) {
      throw new DataError(
        `${shown}: label ${label} of record ${record} is outside 0..${classes - 1}. Download the archive again.`,
      );
    }
    labels[first + record] = label;
    let to = (first + record) * channels * pixels;
    for (let pixel = start; pixel < start + pixels; pixel++) {
      images[to++] = bytes[pixel] ?? 0;
      images[to++] = bytes[pixel + pixels] ?? 0;
      images[to++] = bytes[pixel + 2 * pixels] ?? 0;
    }
  }
}
