import type { SharpnessEstimate } from '../../contract/events';

/** Mean of independent measurements with its standard error; 0 where there is only one. */
export function estimate(values: readonly number[]): SharpnessEstimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardError = values.length > 1 ? Math.sqrt(squares / (values.length - 1) / values.length) : 0;
  return { mean, standardError };
}
