import type { StoredLandscape } from '../../contract/landscapePage';
import type { Measurement } from '../measurements';

/** The landscapes among a run's measurements, as the page is told of them. */
export function storedLandscapes(runFolder: string, measurements: readonly Measurement[]): StoredLandscape[] {
  return measurements.flatMap(({ file, state, result }) =>
    result.kind === 'landscape' ? [{ runFolder, file, state, result }] : [],
  );
}
