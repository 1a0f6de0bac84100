import { stripVTControlCharacters } from 'node:util';
import type { SharpnessEstimate } from '../../../contract/events';

/** What stands where a figure was not measured. */
export const missing = '–';

/** A fraction as a percentage with one decimal: 0.4567 is `45.7%`; at most 6 characters. */
export function formatPercent(fraction: number | undefined): string {
  if (fraction === undefined) return missing;
  return Number.isFinite(fraction) ? `${(fraction * 100).toFixed(1)}%` : formatNonFinite(fraction);
}

/** Five significant digits in at most 7 characters; numbers that are too large or too small for that in exponent form. */
export function formatLoss(loss: number | undefined): string {
  if (loss === undefined) return missing;
  if (!Number.isFinite(loss)) return formatNonFinite(loss);
  const size = Math.abs(loss);
  if (size >= 9999.95 || (size < 0.00005 && size > 0)) return loss.toExponential(1);
  const integerDigits = Math.max(1, Math.floor(Math.log10(Math.max(size, 1))) + 1);
  return loss.toFixed(5 - integerDigits);
}

/** Mean and standard error, `0.0123 ± 0.0004`, in at most 15 characters. */
export function formatEstimate(estimate: SharpnessEstimate | undefined): string {
  if (!estimate) return missing;
  const { mean, standardError } = estimate;
  if (!Number.isFinite(mean)) return formatNonFinite(mean);
  const fixed = `${mean.toFixed(4)} ± ${standardError.toFixed(4)}`;
  const visible = Math.abs(mean) >= 0.001 || mean === 0;
  if (visible && fixed.length <= 15) return fixed;
  return `${shortExponential(mean, 1)} ± ${shortExponential(standardError, 0)}`;
}

/** Three significant digits: `0.1`, `0.00873`, `8.73e-4`; at most 7 characters. */
export function formatLearningRate(rate: number | undefined): string {
  if (rate === undefined) return missing;
  return rate !== 0 && Math.abs(rate) < 0.001
    ? String(Number(rate.toPrecision(3)).toExponential())
    : String(Number(rate.toPrecision(3)));
}

/** `3.2s`, `12s`, `4m05s`, `1h02m`, `3d04h`. */
export function formatDuration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return missing;
  if (seconds < 9.95) return `${Math.max(seconds, 0).toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return pair(whole, 60, 'm', 1, 's');
  if (whole < 86_400) return pair(whole, 3600, 'h', 60, 'm');
  return pair(whole, 86_400, 'd', 3600, 'h');
}

// Kept, because making one takes longer than drawing a line.
const wholeNumber = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Thousands apart: `12,345`. */
export function formatCount(count: number): string {
  return wholeNumber.format(count);
}

/** Images a second: `1,234`, or `8.6` where a decimal tells something. */
export function formatRate(rate: number | undefined): string {
  if (rate === undefined || !Number.isFinite(rate)) return missing;
  return rate < 100 ? rate.toFixed(1) : formatCount(rate);
}

/** One decimal, rounded down: 99.97 is `99.9`, for what is not finished before it is. */
export function formatFloor(value: number): string {
  // The small addend keeps 2.3 from becoming 2.2, whose nearest double lies below it.
  return (Math.floor(value * 10 + 1e-6) / 10).toFixed(1);
}

/** A text from elsewhere without escape sequences and control characters, as its lines. */
export function safeLines(text: string): string[] {
  return stripVTControlCharacters(text)
    .split(/\r?\n/)
    .map(line => line.replace(/\p{Cc}+/gu, ' '));
}

/** The same on one line. */
export function safeLine(text: string): string {
  return safeLines(text).join(' ');
}

function pair(whole: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((whole % large) / small);
  return `${Math.floor(whole / large)}${largeUnit}${String(rest).padStart(2, '0')}${smallUnit}`;
}

function shortExponential(value: number, digits: number): string {
  return value === 0 ? '0' : value.toExponential(digits);
}

function formatNonFinite(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'inf' : '-inf';
}
