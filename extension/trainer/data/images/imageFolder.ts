import { type Dirent, existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../dataError';
import type { Dataset, ImageSet } from '../dataset';
import { withColour } from './colour';
import { decodeImage } from './decodeImage';
import { fitSquare } from './resize';

export interface ImageFolderOptions {
  /** Side to which every image is brought; null leaves them as they are. */
  readonly imageSize: number | null;
  readonly imageFit: 'crop' | 'stretch';
  readonly imageColour: 'rgb' | 'grey';
}

/** An image of the folder with its class. */
export interface ImageFile {
  readonly path: string;
  readonly label: number;
}

export interface ImageListing {
  /** Sorted names of the class folders: a class's number is its place. */
  readonly classNames: readonly string[];
  readonly train: readonly ImageFile[];
  readonly test: readonly ImageFile[];
}

/** How many were decoded so far, and of how many. */
export type DecodingProgress = (done: number, total: number) => void;

const endings = ['.png', '.jpg', '.jpeg'];

/** Put beside images by desktops. */
const desktopFiles = ['Thumbs.db', 'desktop.ini'];

/** Labels are kept as bytes. */
const mostClasses = 256;

/** Files read at a time: the disk is waited for while others are decoded. */
const readAhead = 16;

/**
 * The images of `train/<class>/*` and `test/<class>/*`, in the order of their names; those for testing with the classes in turn, so
 * that any range of them is of all classes.
 * @throws DataError naming the folder or file that is missing, empty or none
 */
export async function listImages(folder: string): Promise<ImageListing> {
  const classNames = await classFolders(path.join(folder, 'train'));
  if (classNames.length < 2 || classNames.length > mostClasses) {
    throw new DataError(
      `${path.join(folder, 'train')}: found ${classNames.length} class folders; expected 2 to ${mostClasses}, one a class.`,
    );
  }
  const unknown = (await classFolders(path.join(folder, 'test'))).find(name => !classNames.includes(name));
  if (unknown !== undefined) {
    throw new DataError(
      `${path.join(folder, 'test', unknown)}: no class of that name is in train (${classNames.slice(0, 5).join(', ')}` +
        `${classNames.length > 5 ? ', ...' : ''}). Rename the folder or remove it.`,
    );
  }
  return {
    classNames,
    train: await listSplit(path.join(folder, 'train'), classNames),
    test: classesInTurn(await listSplit(path.join(folder, 'test'), classNames)),
  };
}

/**
 * Decodes the images of a folder and brings them to one size.
 * @throws DataError naming the file that is damaged or has another size than the first
 */
export async function loadImages(
  listing: ImageListing,
  options: ImageFolderOptions,
  progress: DecodingProgress = () => {},
): Promise<Dataset> {
  const total = listing.train.length + listing.test.length;
  let done = 0;
  const count = () => progress(++done, total);
  const train = await decodeAll(listing.train, options, undefined, count);
  const test = await decodeAll(listing.test, options, { ...train, of: listing.train[0]?.path ?? '' }, count);
  return { name: 'images', classes: listing.classNames.length, train, test };
}

async function classFolders(folder: string): Promise<string[]> {
  if (!existsSync(folder)) {
    throw new DataError(
      `${folder}: the folder is missing. An image dataset has train/<class>/ and test/<class>/ in the folder of dataset.path.`,
    );
  }
  const entries = await visible(folder);
  const stray = entries.find(entry => entry.isFile());
  if (stray) {
    throw new DataError(
      `${path.join(folder, stray.name)}: a file where a folder for each class is expected. Move it into its class.`,
    );
  }
  return entries.map(({ name }) => name).sort();
}

async function listSplit(folder: string, classNames: readonly string[]): Promise<ImageFile[]> {
  const files: ImageFile[] = [];
  for (const [label, className] of classNames.entries()) {
    const inside = path.join(folder, className);
    // A class may be missing among the test images.
    const entries = existsSync(inside) ? await visible(inside) : [];
    if (entries.length === 0 && path.basename(folder) === 'train') {
      throw new DataError(`${inside}: the class has no images. Add some or remove the folder.`);
    }
    for (const { name } of entries) {
      if (!endings.includes(path.extname(name).toLowerCase())) {
        throw new DataError(
          `${path.join(inside, name)}: only PNG and JPEG images are read. Convert the file or remove it.`,
        );
      }
      files.push({ path: path.join(inside, name), label });
    }
  }
  if (files.length === 0)
    throw new DataError(`${folder}: there are no images. Add some to its class folders.`);
  return files;
}

/** The first image of every class, the second of every class, and so on. */
function classesInTurn(files: readonly ImageFile[]): ImageFile[] {
  const seen = new Map<number, number>();
  const placed = files.map(file => {
    const place = seen.get(file.label) ?? 0;
    seen.set(file.label, place + 1);
    return { file, place };
  });
  return placed.sort((a, b) => a.place - b.place).map(({ file }) => file);
}

async function visible(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter(({ name }) => !name.startsWith('.') && !desktopFiles.includes(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

interface Size {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

async function decodeAll(
  files: readonly ImageFile[],
  { imageSize, imageFit, imageColour }: ImageFolderOptions,
  like: (Size & { readonly of: string }) | undefined,
  count: () => void,
): Promise<ImageSet> {
  const labels = Uint8Array.from(files, ({ label }) => label);
  let first = like;
  let images: Uint8Array | undefined;
  const waiting: Promise<Uint8Array>[] = [];
  const open = (index: number) => {
    const file = files[index];
    if (file) waiting.push(readImage(file.path));
  };
  for (let i = 0; i < readAhead; i++) open(i);
  for (const [i, { path: file }] of files.entries()) {
    const bytes = (await waiting.shift()) ?? new Uint8Array();
    open(i + readAhead);
    const decoded = withColour(await decodeImage(bytes, file), imageColour);
    const image = imageSize === null ? decoded : fitSquare(decoded, imageSize, imageFit);
    first ??= { height: image.height, width: image.width, channels: image.channels, of: file };
    if (image.height !== first.height || image.width !== first.width) {
      throw new DataError(
        `${file}: the image is ${image.width} x ${image.height}, ${first.of} ${first.width} x ${first.height} (width x height). ` +
          'Set dataset.imageSize to bring all to one size.',
      );
    }
    images ??= new Uint8Array(files.length * image.data.length);
    images.set(image.data, i * image.data.length);
    count();
  }
  const { height = 0, width = 0, channels = 0 } = first ?? {};
  return { images: images ?? new Uint8Array(), labels, count: files.length, height, width, channels };
}

/** Rejections wait for their turn in the queue. */
function readImage(file: string): Promise<Uint8Array> {
  const reading = readFile(file).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`${file}: the file cannot be read (${reason}).`);
  });
  reading.catch(() => {});
  return reading;
}
