import type { ChartOptions } from 'chart.js';
import type { Theme } from '../theme';
import type { BoardView, XRange } from './boardView';
import type { YRange } from './drawnSeries';
import type { ChartSpec, Series } from './series';
import { formatTick, timeTickStep, xAxisNames } from './xAxis';

/** What is to be drawn, and how. */
export interface Drawing {
  readonly spec: ChartSpec;
  readonly shown: readonly Series[];
  readonly view: BoardView;
  readonly theme: Theme;
  readonly range: XRange;
  readonly full: XRange;
  readonly logarithmic: boolean;
}

/**
 * Axes for Chart.js. The vertical range is asked for when the axes are laid out, and rounded by Chart.js to whole ticks.
 */
export function axesOf(
  { view, theme, range, logarithmic, spec }: Drawing,
  yRange: () => YRange,
): NonNullable<ChartOptions['scales']> {
  const font = { family: theme.fontFamily, size: 11 };
  const grid = { color: theme.grid, tickColor: 'transparent', lineWidth: 1 };
  const ticks = { color: theme.description, font, maxRotation: 0, padding: 6 };
  const span = range.max - range.min;
  return {
    x: {
      type: 'linear',
      min: range.min,
      max: range.max,
      grid: { ...grid, display: false },
      border: { color: theme.grid },
      title: {
        display: true,
        text: xAxisNames[view.xAxis],
        align: 'end',
        color: theme.description,
        font,
        padding: 0,
      },
      ticks: {
        ...ticks,
        autoSkipPadding: 24,
        maxTicksLimit: 9,
        includeBounds: false,
        callback: value => formatTick(Number(value), view.xAxis, span),
        ...(view.xAxis === 'time' ? { stepSize: timeTickStep(span) } : {}),
      },
    },
    y: {
      type: logarithmic ? 'logarithmic' : 'linear',
      grid,
      border: { display: false },
      afterDataLimits: scale => {
        scale.min = yRange().min;
        scale.max = yRange().max;
      },
      afterFit: scale => {
        // The same width in every chart, so that the charts of a column stand one above the other.
        scale.width = Math.max(scale.width, 56);
      },
      ticks: {
        ...ticks,
        maxTicksLimit: spec.height === 'short' ? 4 : 6,
        callback: value => (spec.formatTick ?? spec.format)(Number(value)),
      },
    },
  };
}

/** Room above and below the lines, within what the figure can be. */
export function padded(
  range: YRange | undefined,
  { bounds }: ChartSpec,
  logarithmic: boolean,
  shown: readonly Series[],
): YRange {
  if (!range)
    return logarithmic ? { min: 0.1, max: 1 } : { min: bounds?.least ?? 0, max: bounds?.greatest ?? 1 };
  if (logarithmic) return { min: range.min / 1.1, max: range.max * 1.1 };
  const room = 0.05 * (range.max - range.min || Math.abs(range.max) || 1);
  // Zero is a boundary that room alone does not cross.
  const beyondZero = range.min >= 0 && range.min < room;
  const foot = beyondZero || shown.some(({ stacked }) => stacked) ? Math.min(0, range.min) : range.min - room;
  return {
    min: Math.max(bounds?.least ?? Number.NEGATIVE_INFINITY, foot),
    max: Math.min(bounds?.greatest ?? Number.POSITIVE_INFINITY, range.max + room),
  };
}
