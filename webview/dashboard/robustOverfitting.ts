import type { ValidationRow } from '../shared/runData';

/** Validation robust accuracy past its best while the training set's still rises. */
export interface RobustOverfitting {
  readonly bestStep: number;
  readonly best: number;
  readonly last: number;
  readonly trainingAtBest: number;
  readonly trainingNow: number;
}

/** A fall of less than this is never clear, however many images were measured. */
const smallestFall = 0.01;

/** Measurements in a row that must lie clearly below the best. */
const measurements = 2;

export const robustOverfittingDefinition =
  'Robust overfitting (Rice, Wong & Kolter, 2020): after a point, training on makes robust accuracy worse on images the ' +
  'network has not seen, though it still rises on those it trains on. Told here when the last two validation ' +
  'measurements of robust accuracy are below the best by more than two standard errors of the difference and by more ' +
  'than 1 percentage point, and training robust accuracy is higher than it was at the best.';

/**
 * Robust overfitting as of the last measurement; undefined while there is none. `robustOverfittingDefinition` says it in
 * words. Both accuracies are counts of successes, so a difference has the variance p(1 - p)/n of either, summed.
 * Source: Rice, Wong & Kolter, "Overfitting in adversarially robust deep learning", ICML 2020.
 * @param training mean robust accuracy on the training batches of each epoch, with the epoch's last step
 */
export function findRobustOverfitting(
  validation: readonly ValidationRow[],
  training: readonly { readonly step: number; readonly robustAccuracy: number }[],
): RobustOverfitting | undefined {
  const recent = validation.slice(-measurements);
  const best = validation.slice(0, -measurements).reduce<ValidationRow | undefined>(
    // Of equal ones the first: that is where the fall begins.
    (found, row) => (found && found.robustAccuracy >= row.robustAccuracy ? found : row),
    undefined,
  );
  const last = recent.at(-1);
  if (!best || !last || !recent.every(row => isClearlyBelow(row, best))) return undefined;

  const trainingAt = (step: number) => training.findLast(epoch => epoch.step <= step)?.robustAccuracy;
  const trainingAtBest = trainingAt(best.step);
  const trainingNow = trainingAt(last.step);
  if (trainingAtBest === undefined || trainingNow === undefined || !(trainingNow > trainingAtBest))
    return undefined;
  return {
    bestStep: best.step,
    best: best.robustAccuracy,
    last: last.robustAccuracy,
    trainingAtBest,
    trainingNow,
  };
}

function isClearlyBelow(row: ValidationRow, best: ValidationRow): boolean {
  const variance = (p: number, n: number) => (p * (1 - p)) / Math.max(1, n);
  const standardError = Math.sqrt(
    variance(row.robustAccuracy, row.examples) + variance(best.robustAccuracy, best.examples),
  );
  return best.robustAccuracy - row.robustAccuracy > Math.max(smallestFall, 2 * standardError);
}
