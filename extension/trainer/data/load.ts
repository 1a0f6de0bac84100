import { resolve } from 'node:path';
import { DataError } from './dataError';
import type { Dataset } from './dataset';
import { loadIdxFolder } from './idxFolder';
import { loadMnist } from './mnist';

/** The part of a config's `dataset` that names the data. */
export interface DatasetChoice {
  readonly name: 'mnist' | 'idx';
  /** `idx`: the folder with the files, absolute or relative to the config's folder. */
  readonly path?: string | null | undefined;
  /** `idx`: number of classes; by default (null), one more than the greatest training label. */
  readonly classes?: number | null | undefined;
}

export interface DataFolders {
  /** Where the build puts MNIST's files: `data/mnist` beside the program. */
  readonly embeddedMnist: string;
  /** Absolute path of the folder that holds the config. */
  readonly config: string;
}

/** Loads the dataset that a config names. Throws DataError when its files are missing, broken or do not fit each other. */
export async function loadDataset(choice: DatasetChoice, folders: DataFolders): Promise<Dataset> {
  if (choice.name === 'mnist') return loadMnist(folders.embeddedMnist);
  if (choice.path === undefined || choice.path === null) {
    throw new DataError(
      'dataset.path: missing. Dataset "idx" needs the path of the folder with the IDX files.',
    );
  }
  return loadIdxFolder(resolve(folders.config, choice.path), { name: 'idx', classes: choice.classes });
}
