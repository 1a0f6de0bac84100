import { formatCount, formatDuration, formatEpoch } from '../format';
import type { CurveSource } from '../series/curve';

export type XAxis = 'step' | 'epoch' | 'time';

export const xAxisNames: Readonly<Record<XAxis, string>> = { step: 'Step', epoch: 'Epoch', time: 'Time' };

/**
 * Positions of a curve's rows as they are stored, and what one unit of them is on the axis. Epochs are steps divided by
 * the steps of an epoch, so no column is computed when the axis changes.
 */
export function storedPositions(
  source: CurveSource,
  axis: XAxis,
  stepsPerEpoch: number,
): { readonly values: Float64Array; readonly unit: number } {
  switch (axis) {
    case 'step':
      return { values: source.step, unit: 1 };
    case 'epoch':
      return { values: source.step, unit: 1 / Math.max(1, stepsPerEpoch) };
    case 'time':
      return { values: source.seconds, unit: 1 };
  }
}

/** A position in words: "Step 240", "Epoch 2.40", "1 min 20 s". */
export function formatPosition(value: number, axis: XAxis): string {
  switch (axis) {
    case 'step':
      return `Step ${formatCount(value)}`;
    case 'epoch':
      return `Epoch ${formatEpoch(Math.round(value * 100) / 100)}`;
    case 'time':
      return formatDuration(value);
  }
}

/** A tick in as few characters as do. */
export function formatTick(value: number, axis: XAxis, range: number): string {
  if (axis !== 'time') {
    return value >= 10_000
      ? `${Number((value / 1000).toPrecision(4))}k`
      : String(Number(value.toPrecision(6)));
  }
  if (range > 3 * 86400) return `${Number((value / 86400).toPrecision(3))} d`;
  if (range > 3 * 3600) return `${Number((value / 3600).toPrecision(3))} h`;
  return range > 180 ? `${Number((value / 60).toPrecision(3))} min` : `${Number(value.toPrecision(4))} s`;
}

/** Distances between ticks that read well as time: seconds, minutes, hours, days. */
export function timeTickStep(range: number): number {
  const steps = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800,
    604_800,
  ];
  return steps.find(step => range / step <= 8) ?? Math.ceil(range / 8 / 604_800) * 604_800;
}
