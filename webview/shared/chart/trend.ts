/** Rows looked at on either side of a comparison. */
const longest = 500;

/**
 * Whether a figure has risen, fallen or kept still of late, in a word: the mean of its last tenth against that of the tenth
 * before, where a change of less than two per cent of the values' size is none. Undefined for fewer than two values.
 */
export function trendOf(values: ArrayLike<number>): 'rising' | 'falling' | 'steady' | undefined {
  const part = Math.max(1, Math.min(longest, Math.floor(values.length / 10)));
  const late = meanOf(values, values.length - part, values.length);
  const early = meanOf(values, values.length - 2 * part, values.length - part);
  if (late === undefined || early === undefined) return undefined;
  const change = late - early;
  if (Math.abs(change) < 0.02 * Math.max(Math.abs(late), Math.abs(early))) return 'steady';
  return change > 0 ? 'rising' : 'falling';
}

/** The last finite value of a column. */
export function lastFinite(values: ArrayLike<number>): number | undefined {
  for (let i = values.length - 1; i >= Math.max(0, values.length - longest); i--) {
    if (Number.isFinite(values[i])) return values[i];
  }
  return undefined;
}

function meanOf(values: ArrayLike<number>, from: number, to: number): number | undefined {
  let sum = 0;
  let count = 0;
  for (let i = Math.max(0, from); i < to; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? undefined : sum / count;
}
