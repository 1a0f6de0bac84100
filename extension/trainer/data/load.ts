import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { placeOf } from '../../contract/dataFolder';
import {
  type DatasetFacts,
  isOfficialName,
  type OfficialName,
  officialDatasets,
} from '../../contract/datasets';
import { cifar10, cifar100, cifarArchive, loadCifar } from './cifar';
import { DataError } from './dataError';
import type { Dataset, ImageSet } from './dataset';
import { loadIdxFolder } from './idxFolder';
import { type DecodingProgress, type ImageListing, listImages, loadImages } from './images/imageFolder';
import { loadMnist } from './mnist';
import { type Stored, throughStore } from './store';
import { loadSvhn, svhnFiles } from './svhn';

/** The part of a config's `dataset` that names the data. */
export interface DatasetChoice {
  readonly name: OfficialName | 'idx' | 'images';
  /** The folder (of CIFAR also the archive), absolute or relative to the config's folder; null for the usual place. */
  readonly path?: string | null | undefined;
  /** `idx`: number of classes; by default (null), one more than the greatest training label. */
  readonly classes?: number | null | undefined;
  readonly imageSize?: number | null | undefined;
  readonly imageFit?: 'crop' | 'stretch' | undefined;
  readonly imageColour?: 'rgb' | 'grey' | undefined;
}

export interface DataFolders {
  /** Where the build puts MNIST's files: `data/mnist` beside the program. */
  readonly embeddedMnist: string;
  /** Absolute path of the folder that holds the config. */
  readonly config: string;
}

/** Loads the dataset that a config names. Throws DataError when its files are missing, broken or do not fit each other. */
export async function loadDataset(
  choice: DatasetChoice,
  folders: DataFolders,
  progress?: DecodingProgress,
): Promise<Dataset> {
  return (await loadStored(choice, folders, progress)).dataset;
}

/** The same, and whether it had to be decoded. */
export async function loadStored(
  choice: DatasetChoice,
  folders: DataFolders,
  progress?: DecodingProgress,
): Promise<Stored> {
  if (choice.name === 'mnist') return fromFiles(await loadMnist(folders.embeddedMnist));
  const place = placeOfChoice(choice, folders);
  switch (choice.name) {
    case 'idx':
      return fromFiles(await loadIdxFolder(place, { name: 'idx', classes: choice.classes }));
    case 'images':
      return loadImageFolder(place, choice, progress);
    default:
      return loadOfficial(choice.name, place);
  }
}

const fromFiles = (dataset: Dataset): Stored => ({ dataset, from: 'files' });

function placeOfChoice({ name, path: written }: DatasetChoice, { config }: DataFolders): string {
  if (written !== undefined && written !== null && written !== '') return path.resolve(config, written);
  if (!isOfficialName(name)) {
    throw new DataError(
      `dataset.path: missing. Dataset "${name}" needs the path of the folder with its files.`,
    );
  }
  const place = placeOf(name);
  if (existsSync(place)) return place;
  throw new DataError(
    `${officialDatasets[name].title} is not on this machine (looked in ${place}). Run "randomized-at data get ${name}" or ` +
      '"Get Dataset…" in VS Code, or set dataset.path to a folder that holds it.',
  );
}

async function loadOfficial(name: Exclude<OfficialName, 'mnist'>, place: string): Promise<Stored> {
  const stored = await readOfficial(name, place);
  checkFacts(stored.dataset, officialDatasets[name].facts, place);
  return stored;
}

async function readOfficial(name: Exclude<OfficialName, 'mnist'>, place: string): Promise<Stored> {
  switch (name) {
    case 'fashion-mnist':
      return fromFiles(await loadIdxFolder(place, { name, classes: 10 }));
    case 'svhn': {
      const files = svhnFiles.map(file => path.join(place, file));
      return throughStore(place, name, await digestOf(files), () => loadSvhn(place));
    }
    case 'cifar-10':
    case 'cifar-100': {
      const format = name === 'cifar-10' ? cifar10 : cifar100;
      const archive = existsSync(place) ? cifarArchive(place, format) : undefined;
      const load = () => loadCifar(place, format);
      // Unpacked files are plain bytes already: a copy of them would save nothing.
      if (archive === undefined) return fromFiles(await load());
      return throughStore(path.dirname(archive), name, await digestOf([archive]), load);
    }
  }
}

function checkFacts({ name, train, test }: Dataset, facts: DatasetFacts, place: string): void {
  const check = (set: ImageSet, count: number, split: string) => {
    const { height, width, channels } = facts;
    const fits = set.height === height && set.width === width && set.channels === channels;
    if (fits && set.count === count) return;
    throw new DataError(
      `${place}: expected ${name}'s ${count} ${split} images of ${height} x ${width} x ${channels}, found ${set.count} of ` +
        `${set.height} x ${set.width} x ${set.channels}. Get the dataset again; for your own files use dataset "idx" or "images".`,
    );
  };
  check(train, facts.trainExamples, 'training');
  check(test, facts.testExamples, 'test');
}

async function loadImageFolder(
  place: string,
  { imageSize = null, imageFit = 'crop', imageColour = 'rgb' }: DatasetChoice,
  progress: DecodingProgress | undefined,
): Promise<Stored> {
  if (!statSync(place, { throwIfNoEntry: false })?.isDirectory()) {
    throw new DataError(
      `${place}: the dataset's folder is missing. Set dataset.path to a folder with train/<class>/ and test/<class>/.`,
    );
  }
  const listing = await listImages(place);
  const options = { imageSize, imageFit, imageColour };
  const name = `images-${imageSize === null ? 'as-is' : `${imageSize}-${imageFit}`}-${imageColour}`;
  const content = `${JSON.stringify(options)}\n${fingerprintOf(place, listing)}`;
  return throughStore(place, name, content, () => loadImages(listing, options, progress));
}

/** Of whole files: an archive is read faster than it is unpacked. @throws DataError naming the file that cannot be read */
async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    try {
      await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash, { end: false });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new DataError(`${file}: the file cannot be read (${reason}). Check dataset.path.`);
    }
  }
  return hash.digest('hex');
}

/** Of many small files: names, sizes and times, which spares reading them all. */
function fingerprintOf(place: string, { train, test }: ImageListing): string {
  return [...train, ...test]
    .map(({ path: file }) => {
      const { size, mtimeMs } = statSync(file);
      return `${path.relative(place, file)} ${size} ${mtimeMs}`;
    })
    .join('\n');
}
