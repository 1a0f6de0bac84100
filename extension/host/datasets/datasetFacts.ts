import { existsSync } from 'node:fs';
import path from 'node:path';
import { placeOf } from '../../contract/dataFolder';
import { type OfficialName, officialDatasets, officialNames } from '../../contract/datasets';

/** What a person chooses from and agrees to. */
export interface DatasetOffer {
  readonly name: OfficialName;
  readonly title: string;
  readonly isHere: boolean;
  /** Folder that has or gets the files. */
  readonly place: string;
  readonly size: string;
  /** Addresses, sizes, licence and place: seen before anything is fetched. */
  readonly terms: string;
}

/** The datasets that can be fetched; MNIST comes with the program. */
export function datasetOffers(): DatasetOffer[] {
  return officialNames.filter(name => officialDatasets[name].files.length > 0).map(offerOf);
}

/** Whether a config that names the dataset and no path finds its files. */
export function isDatasetHere(name: OfficialName): boolean {
  const place = placeOf(name);
  return officialDatasets[name].files.every(file => existsSync(path.join(place, file.name)));
}

function offerOf(name: OfficialName): DatasetOffer {
  const { title, licence, homepage, files } = officialDatasets[name];
  const place = placeOf(name);
  const size = megabytes(files.reduce((sum, { bytes }) => sum + bytes, 0));
  return {
    name,
    title,
    isHere: isDatasetHere(name),
    place,
    size,
    terms: [
      ...files.map(({ url, bytes }) => `${url} (${megabytes(bytes)})`),
      `\nLicence: ${licence}`,
      `Authors' page: ${homepage}`,
      `\nThe files go to ${place} (${size}) and are verified by their SHA-256. An interrupted transfer goes on where it was.`,
    ].join('\n'),
  };
}

const megabytes = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

/** "train_32x32.mat, 42 %" from a line of `data get --json`; undefined for other lines. */
export function progressIn(
  line: Readonly<Record<string, unknown>>,
): { readonly file: string; readonly percent: number } | undefined {
  const { type, file, bytes, totalBytes } = line;
  if (type !== 'data-progress' || typeof file !== 'string') return undefined;
  if (typeof bytes !== 'number' || typeof totalBytes !== 'number' || totalBytes <= 0) return undefined;
  return { file, percent: Math.floor((100 * bytes) / totalBytes) };
}
