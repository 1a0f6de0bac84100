import { colorOf } from '../palette';
import { lowerBound } from '../series/decimation';
import type { Smoothing } from '../series/smoothing';
import type { Theme } from '../theme';
import { isSmoothed } from './drawnSeries';
import type { Series } from './series';
import { lastFinite, trendOf } from './trend';
import { storedPositions, type XAxis } from './xAxis';

/** A series' value at the position pointed at. */
export interface Reading {
  readonly label: string;
  readonly text: string;
  readonly color: string;
}

type Format = (value: number | undefined) => string;

/** The last values of some series up to a position; the text of a series that has none there is empty. */
export function readingsAt(
  x: number,
  shown: readonly Series[],
  format: Format,
  { xAxis, smoothing, theme }: { xAxis: XAxis; smoothing: Smoothing; theme: Theme },
): Reading[] {
  return shown.map(series => {
    const { values: positions, unit } = storedPositions(series.curve.source, xAxis, series.stepsPerEpoch());
    // A hair beyond, because positions are quotients.
    const row = lowerBound(positions, (x / unit) * (1 + 1e-9) + 1e-9) - 1;
    const raw = ownValues(series)?.[row];
    const color = colorOf(series.hue, theme);
    if (row < 0 || raw === undefined || Number.isNaN(raw)) return { label: series.label, text: '', color };
    const error = series.errors?.values()?.[row];
    const text =
      isSmoothed(series) && !series.stacked && smoothing.strength > 0
        ? `${format(series.curve.smoothed(smoothing).values[row])} (${format(raw)})`
        : format(raw) + (error === undefined ? '' : ` ± ${format(error)}`);
    return { label: series.label, text, color };
  });
}

/** A chart in words: the latest value of each series and where it is going. */
export function describeSeries(shown: readonly Series[], format: Format): string {
  const sentences = shown.flatMap(series => {
    const values = ownValues(series);
    const last = values && lastFinite(values);
    if (!values || last === undefined) return [];
    const trend = trendOf(values);
    return [`${series.label}: ${format(last)}${trend ? `, ${trend}` : ''}.`];
  });
  return sentences.length > 0 ? sentences.join(' ') : 'Nothing measured yet.';
}

/** The unsmoothed figures of a series, without those that it is stacked on. */
export function ownValues({ stacked, curve }: Series): Float32Array | undefined {
  return stacked ? stacked.own.values() : curve.source.values();
}
