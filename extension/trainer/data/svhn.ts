import path from 'node:path';
import { type MatArray, readMatFile } from './archives/matFile';
import { DataError } from './dataError';
import type { Dataset, ImageSet } from './dataset';
import { readFileOf } from './files';

const classes = 10;

export const svhnFiles = ['train_32x32.mat', 'test_32x32.mat'] as const;

/**
 * SVHN's cropped digits from the folder of its two MATLAB files: `X` [height, width, channel, image] and `y` [image, 1], where
 * 10 stands for the digit 0.
 * @throws DataError naming the file that is missing or broken
 *
 * Source: Netzer et al. 2011, http://ufldl.stanford.edu/housenumbers/, "Format 2".
 */
export async function loadSvhn(folder: string): Promise<Dataset> {
  const [trainFile, testFile] = svhnFiles.map(name => path.join(folder, name));
  const train = await readSet(trainFile ?? '');
  const test = await readSet(testFile ?? '');
  return { name: 'svhn', classes, train, test };
}

async function readSet(file: string): Promise<ImageSet> {
  const arrays = readMatFile(await readFileOf(file), file);
  const images = arrayNamed(arrays, 'X', file);
  const labels = arrayNamed(arrays, 'y', file);
  const [height = 0, width = 0, channels = 0, count = 0] = images.shape;
  if (images.shape.length !== 4 || !(images.data instanceof Uint8Array)) {
    throw new DataError(
      `${file}: "X" is ${images.shape.join(' x ')}; expected bytes of 32 x 32 x 3 x images. Download the file again.`,
    );
  }
  if (labels.data.length !== count) {
    throw new DataError(`${file}: "y" has ${labels.data.length} labels for the ${count} images of "X".`);
  }
  return {
    images: rowMajor(images.data, height, width, channels, count),
    labels: Uint8Array.from(labels.data, (label, image) => digitOf(label, image, file)),
    count,
    height,
    width,
    channels,
  };
}

function arrayNamed(arrays: ReadonlyMap<string, MatArray>, name: string, file: string): MatArray {
  const array = arrays.get(name);
  if (array) return array;
  throw new DataError(
    `${file}: it has no array "${name}" (found ${[...arrays.keys()].join(', ') || 'none'}). Use the files of "Format 2: Cropped Digits".`,
  );
}

/** MATLAB's first index moves fastest: rows are the innermost there and the outermost here. */
function rowMajor(
  source: Uint8Array,
  height: number,
  width: number,
  channels: number,
  count: number,
): Uint8Array {
  const target = new Uint8Array(source.length);
  const size = height * width * channels;
  for (let image = 0; image < count; image++) {
    for (let y = 0; y < height; y++) {
      let to = image * size + y * width * channels;
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < channels; c++) {
          target[to++] = source[image * size + (c * width + x) * height + y] ?? 0;
        }
      }
    }
  }
  return target;
}

function digitOf(label: number, image: number, file: string): number {
  if (Number.isInteger(label) && label >= 1 && label <= classes) return label % classes;
  throw new DataError(
    `${file}: label ${label} of image ${image} is outside 1..${classes}. Download the file again.`,
  );
}
