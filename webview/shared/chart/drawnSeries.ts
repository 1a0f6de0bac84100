import { colorOf } from '../palette';
import { type Line, type PixelColumns, pixelColumns } from '../series/decimation';
import type { Smoothing } from '../series/smoothing';
import type { Theme } from '../theme';
import type { XRange } from './boardView';
import type { Stroke } from './draw';
import type { Series } from './series';
import { storedPositions, type XAxis } from './xAxis';

/** A series made ready for one picture: everything but the vertical axis is settled. */
export interface DrawnSeries {
  readonly series: Series;
  readonly color: string;
  readonly line: Line;
  /** The unsmoothed values, where they differ. */
  readonly faint: Line | undefined;
  /** One entry a point of `line`. */
  readonly errors: Float32Array | undefined;
  /** What one unit of the line's positions is on the axis. */
  readonly unit: number;
  readonly stroke: Stroke;
}

const opacities = { faint: 0.22, secondary: 0.75 };

/** Measurements and settings are shown as they are; the figures of single steps are noisy. */
export function isSmoothed({ measured, exact }: Series): boolean {
  return !measured && !exact;
}

/** Smooths, then decimates to `width` columns of pixels what lies in `range`. */
export function prepareSeries(
  shown: readonly Series[],
  look: {
    readonly xAxis: XAxis;
    readonly range: XRange;
    readonly smoothing: Smoothing;
    readonly width: number;
  },
  theme: Theme,
): DrawnSeries[] {
  // The series of a table share its rows, and so their columns of pixels.
  const columnsOf = new Map<ArrayBufferLike, PixelColumns>();
  return shown.flatMap(series => {
    const { source } = series.curve;
    const { values: xs, unit } = storedPositions(source, look.xAxis, series.stepsPerEpoch());
    const smoothing = isSmoothed(series) ? look.smoothing : { ...look.smoothing, strength: 0 };
    const layer = series.curve.smoothed(smoothing);
    if (layer.values.length === 0) return [];
    const columns =
      columnsOf.get(xs.buffer) ?? pixelColumns(xs, look.range.min / unit, look.range.max / unit, look.width);
    columnsOf.set(xs.buffer, columns);

    const raw = smoothing.strength > 0 && !series.stacked ? series.curve.raw() : undefined;
    const errors = columns.edges ? undefined : series.errors?.values()?.subarray(columns.from, columns.to);
    return [
      {
        series,
        color: colorOf(series.hue, theme),
        line: layer.decimation.lineOf(xs, layer.values, layer.pyramid, columns),
        faint: raw ? raw.decimation.lineOf(xs, raw.values, raw.pyramid, columns) : undefined,
        errors,
        unit,
        stroke: {
          color: colorOf(series.hue, theme),
          width: series.measured ? 2 : series.secondary ? 1.2 : 1.6,
          opacity: series.secondary ? opacities.secondary : 1,
          dash: series.dash ?? [],
        },
      },
    ];
  });
}

export function faintStroke(stroke: Stroke): Stroke {
  return { ...stroke, width: 1, opacity: opacities.faint, dash: [] };
}

export interface YRange {
  readonly min: number;
  readonly max: number;
}

/**
 * The vertical range that shows all lines with their error bars. `logarithmic` looks at positive values only. Undefined
 * where there is nothing to show.
 */
export function rangeOf(
  drawn: readonly DrawnSeries[],
  range: XRange,
  logarithmic: boolean,
): YRange | undefined {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const { line, unit, errors } of drawn) {
    for (let i = 0; i < line.length; i++) {
      const x = (line.x[i] as number) * unit;
      const y = line.y[i] as number;
      if (x < range.min || x > range.max || y - y !== 0) continue;
      const error = errors?.[i] ?? 0;
      const low = logarithmic ? y : y - error;
      if (logarithmic && low <= 0) continue;
      if (low < min) min = low;
      if (y + error > max) max = y + error;
    }
  }
  return min <= max ? { min, max } : undefined;
}
