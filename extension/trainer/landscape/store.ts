import { type LandscapeResult, type LandscapeSetting, parseLandscape } from '../../contract/landscape';
import { digestOf, readStored } from '../evaluation/store';

/** `landscape-curve+surface-3f9a01c2`: equal settings, wherever their files lie, have equal names. */
export function landscapeName({ checkpoint, dataset, grid, ...rest }: LandscapeSetting): string {
  const identity = {
    ...rest,
    checkpoint: checkpoint.sha256,
    dataset: dataset.sha256,
    ...(grid ? { grid: { ...grid, directionsOf: grid.directionsOf?.sha256 } } : {}),
  };
  return `landscape-${rest.measures.join('+')}-${digestOf(identity)}`;
}

/** The result in a file; undefined where there is none. @throws StoredEvaluationError when it is damaged */
export function readLandscapeFile(file: string): Promise<LandscapeResult | undefined> {
  return readStored(file, parseLandscape, 'landscape');
}
