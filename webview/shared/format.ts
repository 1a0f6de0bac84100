/** What stands for a figure that is not there. */
export const absent = '–';

/** 0.9123 as "91.2 %". */
export function formatPercent(fraction: number | undefined): string {
  return isNumber(fraction) ? `${(fraction * 100).toFixed(1)} %` : absent;
}

/** A difference of fractions in percentage points, with its sign: "+1.2". */
export function formatPoints(difference: number): string {
  if (!isNumber(difference)) return absent;
  return signed((difference * 100).toFixed(1));
}

/** Four significant digits; very large and very small ones with an exponent. */
export function formatNumber(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return absent;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e5))
    return value.toExponential(2).replaceAll('-', '−').replace('e+', 'e');
  return minus(
    value
      .toPrecision(4)
      .replace(/(\.\d*?)0+$/, '$1')
      .replace(/\.$/, ''),
  );
}

/** A difference of figures, with its sign. */
export function formatDifference(difference: number): string {
  if (!isNumber(difference)) return absent;
  const text = formatNumber(difference);
  return difference > 0 ? `+${text}` : text;
}

/** 12345 as "12,345". */
export function formatCount(count: number | undefined): string {
  return isNumber(count) ? Math.round(count).toLocaleString('en-US') : absent;
}

/** Images a second: no decimals above ten. */
export function formatRate(rate: number | undefined): string {
  if (!isNumber(rate)) return absent;
  return rate >= 10 || rate === 0 ? formatCount(rate) : rate.toFixed(1);
}

/** Seconds in the two largest units that fit: "2 h 5 min", "1 min 20 s", "12 s". */
export function formatDuration(seconds: number | undefined): string {
  if (!isNumber(seconds)) return absent;
  const whole = Math.max(0, Math.round(seconds));
  const days = Math.floor(whole / 86400);
  const hours = Math.floor((whole % 86400) / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

/** "2.4" of an epoch's count; whole epochs without decimals. */
export function formatEpoch(epoch: number): string {
  return Number.isInteger(epoch) ? String(epoch) : epoch.toFixed(2);
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}

function signed(text: string): string {
  if (Number(text) === 0) return text.replace('-', '');
  return text.startsWith('-') ? minus(text) : `+${text}`;
}

function minus(text: string): string {
  return text.replace(/^-/, '−');
}
