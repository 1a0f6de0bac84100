import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from './dataError';
import type { Dataset, ImageSet } from './dataset';
import { readIdx } from './idx';

/**
 * Reads a dataset from IDX files under MNIST's names (`train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-...`),
 * each also as `.gz` and with '.' for '-' before `idx`, as some mirrors have them; `idx4` for images with channels.
 * `classes`: by default (null), one more than the greatest training label.
 * Throws DataError when a file is missing or broken, or when the files do not fit each other.
 */
export async function loadIdxFolder(
  folder: string,
  { name, classes }: { readonly name: string; readonly classes?: number | null | undefined },
): Promise<Dataset> {
  const present = await listFolder(folder);
  // Names first: a missing file is told before 50 MB are read.
  const [trainImages, trainLabels, testImages, testLabels] = [
    find(folder, present, imageNames('train')),
    find(folder, present, labelNames('train')),
    find(folder, present, imageNames('t10k')),
    find(folder, present, labelNames('t10k')),
  ];
  const train = await readSet(trainImages, trainLabels);
  const test = await readSet(testImages, testLabels);
  if (train.height !== test.height || train.width !== test.width || train.channels !== test.channels) {
    throw new DataError(
      `${testImages}: test images are ${sizeOf(test)}, training images in ${trainImages} ${sizeOf(train)}. ` +
        'Use images of one size for both.',
    );
  }
  const classCount = classes ?? 1 + greatest(train.labels);
  checkLabels(train.labels, classCount, trainLabels);
  checkLabels(test.labels, classCount, testLabels);
  return { name, classes: classCount, train, test };
}

const imageNames = (split: string): string[] => [
  ...variants(`${split}-images`, 'idx3-ubyte'),
  ...variants(`${split}-images`, 'idx4-ubyte'),
];

const labelNames = (split: string): string[] => variants(`${split}-labels`, 'idx1-ubyte');

const variants = (stem: string, format: string): string[] =>
  ['-', '.'].flatMap(dash => ['', '.gz'].map(ending => `${stem}${dash}${format}${ending}`));

async function listFolder(folder: string): Promise<ReadonlySet<string>> {
  try {
    return new Set(await readdir(folder));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `${folder}: the dataset's folder cannot be read (${reason}). Set dataset.path to a folder with IDX files.`,
    );
  }
}

function find(folder: string, present: ReadonlySet<string>, names: readonly string[]): string {
  const found = names.find(name => present.has(name));
  if (found === undefined) {
    throw new DataError(`${folder}: none of these files is there: ${names.join(', ')}. Add one of them.`);
  }
  return join(folder, found);
}

async function readSet(imagesPath: string, labelsPath: string): Promise<ImageSet> {
  const images = await readIdx(imagesPath);
  const labels = await readIdx(labelsPath);
  const [count = 0, height = 0, width = 0, channels = 1] = images.shape;
  if (images.shape.length < 3) {
    throw new DataError(
      `${imagesPath}: expected images of shape count x height x width or count x height x width x channels, ` +
        `found shape ${images.shape.join(' x ')}. Check that this file holds the images.`,
    );
  }
  if (labels.shape.length !== 1) {
    throw new DataError(
      `${labelsPath}: expected labels, one number an image, found shape ${labels.shape.join(' x ')}. ` +
        'Check that this file holds the labels.',
    );
  }
  if (labels.data.length !== count) {
    throw new DataError(
      `${labelsPath}: ${labels.data.length} labels for the ${count} images in ${imagesPath}. ` +
        'Use labels and images of the same set.',
    );
  }
  return { images: images.data, labels: labels.data, count, height, width, channels };
}

function checkLabels(labels: Uint8Array, classes: number, path: string): void {
  const position = labels.findIndex(label => label >= classes);
  if (position >= 0) {
    throw new DataError(
      `${path}: label ${labels[position]} of image ${position} is outside 0..${classes - 1}. ` +
        `Set dataset.classes to at least ${greatest(labels) + 1}, or correct the labels.`,
    );
  }
}

const greatest = (labels: Uint8Array): number =>
  labels.reduce((largest, label) => Math.max(largest, label), 0);

const sizeOf = (set: ImageSet): string => `${set.height} x ${set.width} x ${set.channels}`;
