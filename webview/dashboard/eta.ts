/** Steps whose pace counts. */
const recentSteps = 200;

/** A step may take this many times as long as usual; what is longer was a pause. */
const longestStep = 20;

/**
 * Seconds until a run ends, if it goes on at the pace of its last steps and of its ends of epochs, where it measures.
 * Undefined until there is a pace.
 * @param step,seconds columns of the training steps
 */
export function remainingSeconds(
  { step, seconds }: { readonly step: Float64Array; readonly seconds: Float64Array },
  { stepsPerEpoch, totalSteps }: { readonly stepsPerEpoch: number; readonly totalSteps: number },
): number | undefined {
  const rows = step.length;
  const from = Math.max(1, rows - recentSteps);
  const paces: number[] = [];
  const breaks: number[] = [];
  for (let row = from; row < rows; row++) {
    const steps = (step[row] ?? 0) - (step[row - 1] ?? 0);
    const took = (seconds[row] ?? 0) - (seconds[row - 1] ?? 0);
    if (steps <= 0) continue;
    if (
      Math.floor(((step[row] ?? 0) - 1) / stepsPerEpoch) >
      Math.floor(((step[row - 1] ?? 0) - 1) / stepsPerEpoch)
    ) {
      breaks.push(took);
    } else paces.push(took / steps);
  }
  if (paces.length === 0) return undefined;
  const usual = medianOf(paces);
  const pace = meanOf(paces.map(value => Math.min(value, longestStep * usual)));
  const stepsLeft = Math.max(0, totalSteps - (step[rows - 1] ?? 0));
  const epochEnds = Math.floor(stepsLeft / stepsPerEpoch);
  const epochEnd = breaks.length > 0 ? Math.max(0, medianOf(breaks) - pace) : 0;
  return stepsLeft * pace + epochEnds * epochEnd;
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
