import {
  Chart,
  type ChartConfiguration,
  LinearScale,
  LogarithmicScale,
  type Plugin,
  type Scale,
} from 'chart.js';
import zoomPlugin from 'chartjs-plugin-zoom';
import type { Theme } from '../theme';
import type { BoardView, XRange } from './boardView';
import { drawErrorBars, drawMarkers, fillBetween, type Mapping, strokeLine } from './draw';
import { type DrawnSeries, faintStroke, prepareSeries, rangeOf, type YRange } from './drawnSeries';
import type { Picture, Tick } from './export';
import type { ChartSpec, Series } from './series';
import { formatTick, timeTickStep, xAxisNames } from './xAxis';

Chart.register(LinearScale, LogarithmicScale, zoomPlugin);

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
 * Axes, grid, zoom and size by Chart.js; the lines are drawn by us between its grid and its border, straight from the
 * columns: Chart.js would make an object of every point.
 */
export class CanvasChart {
  readonly #chart: Chart;
  readonly #onFrame: () => void;
  #drawing: Drawing | undefined;
  #drawn: readonly DrawnSeries[] = [];
  #range: XRange = { min: 0, max: 1 };
  #yRange: YRange = { min: 0, max: 1 };
  #axesDrawn = '';

  constructor(
    canvas: HTMLCanvasElement,
    { onRange, onFrame }: { onRange: (range: XRange) => void; onFrame: () => void },
  ) {
    this.#onFrame = onFrame;
    const lines: Plugin = { id: 'lines', beforeDatasetsDraw: chart => this.#paint(chart) };
    const report = ({ chart }: { chart: Chart }) => {
      const scale = chart.scales['x'];
      if (scale) onRange({ min: scale.min, max: scale.max });
    };
    this.#chart = new Chart(canvas, this.#configuration(lines, report));
  }

  /** The rectangle between the axes; undefined before the first drawing. */
  get area(): { left: number; right: number; top: number; bottom: number } | undefined {
    return this.#drawing ? this.#chart.chartArea : undefined;
  }

  /** The position at a distance from the canvas's left edge; undefined outside the axes. */
  positionAt(pixel: number): number | undefined {
    const { area } = this;
    if (!area || pixel < area.left || pixel > area.right) return undefined;
    const { min, max } = this.#range;
    return min + ((max - min) * (pixel - area.left)) / (area.right - area.left);
  }

  pixelOf(x: number): number {
    const { left, right } = this.#chart.chartArea;
    const { min, max } = this.#range;
    return left + ((x - min) / (max - min)) * (right - left);
  }

  /** Whether there was something to draw. */
  draw(drawing: Drawing): boolean {
    this.#drawing = drawing;
    this.#prepare();
    // Laying axes out costs more than drawing lines: it is done when something about them has changed.
    const axes = this.#axesKey(drawing);
    if (axes === this.#axesDrawn) this.#chart.draw();
    else {
      this.#configureAxes(drawing);
      this.#chart.update('none');
      this.#axesDrawn = axes;
    }
    this.#onFrame();
    return this.#drawn.some(({ line }) => line.length > 0);
  }

  destroy(): void {
    this.#chart.destroy();
  }

  /** All that a file of this chart shows. */
  picture(spec: ChartSpec): Picture | undefined {
    if (!this.#drawing) return undefined;
    const ticks = (scale: Scale | undefined): Tick[] =>
      (scale?.ticks ?? []).flatMap(({ value, label }) =>
        label === undefined || label === ''
          ? []
          : [{ at: scale?.getPixelForValue(value) ?? 0, label: String(label) }],
      );
    return {
      title: spec.title,
      canvas: this.#chart.canvas,
      width: this.#chart.width,
      height: this.#chart.height,
      drawn: this.#drawn,
      mapping: this.#mapping(),
      xTicks: ticks(this.#chart.scales['x']),
      yTicks: ticks(this.#chart.scales['y']),
      xTitle: xAxisNames[this.#drawing.view.xAxis],
      theme: this.#drawing.theme,
    };
  }

  #prepare(): void {
    if (!this.#drawing) return;
    const { shown, view, theme, range, logarithmic, spec } = this.#drawing;
    const area = this.#chart.chartArea;
    const width = Math.max(100, Math.round(area ? area.right - area.left : this.#chart.width));
    this.#range = range;
    this.#drawn = prepareSeries(shown, { xAxis: view.xAxis, range, smoothing: view.smoothing, width }, theme);
    this.#yRange = padded(rangeOf(this.#drawn, range, logarithmic), spec, logarithmic, shown);
  }

  #axesKey({ view, theme, range, logarithmic, full }: Drawing): string {
    const { min, max } = this.#yRange;
    // The pixel is the finest difference one could see.
    const round = (value: number, span: number) => Math.round((value / span) * 2000);
    const span = Math.max(max - min, Number.MIN_VALUE);
    return JSON.stringify([
      round(min, span),
      span.toPrecision(3),
      range,
      full,
      view.xAxis,
      logarithmic,
      theme,
      this.#chart.width,
      this.#chart.height,
    ]);
  }

  #configureAxes({ view, theme, range, full, logarithmic, spec }: Drawing): void {
    const { options } = this.#chart;
    const font = { family: theme.fontFamily, size: 11 };
    const grid = { color: theme.grid, tickColor: 'transparent', lineWidth: 1 };
    const ticks = { color: theme.description, font, maxRotation: 0, padding: 6 };
    const span = range.max - range.min;
    options.scales = {
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
          scale.min = this.#yRange.min;
          scale.max = this.#yRange.max;
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
    const zoom = options.plugins?.zoom;
    if (zoom) zoom.limits = { x: { min: full.min, max: full.max } };
    if (zoom?.zoom?.drag) zoom.zoom.drag.borderColor = theme.focus;
  }

  #paint({ ctx, chartArea }: Chart): void {
    if (!this.#drawing) return;
    const { theme } = this.#drawing;
    const mapping = this.#mapping();
    ctx.save();
    ctx.beginPath();
    // Markers and lines on the very edge stay whole.
    ctx.rect(
      chartArea.left - 4,
      chartArea.top - 4,
      chartArea.right - chartArea.left + 8,
      chartArea.bottom - chartArea.top + 8,
    );
    ctx.clip();
    for (const { faint, unit, stroke } of this.#drawn) {
      if (faint) strokeLine(ctx, faint, unit, mapping, faintStroke(stroke));
    }
    for (const [i, { series, line, unit, stroke, color, errors }] of this.#drawn.entries()) {
      if (series.stacked) fillBetween(ctx, line, this.#drawn[i - 1]?.line, unit, mapping, color);
      strokeLine(ctx, line, unit, mapping, stroke);
      if (errors) drawErrorBars(ctx, line, errors, unit, mapping, color);
      if (series.measured) drawMarkers(ctx, line, unit, mapping, { color, background: theme.background });
    }
    ctx.restore();
  }

  #mapping(): Mapping {
    const { left, right, top, bottom } = this.#chart.chartArea;
    const y = this.#chart.scales['y'];
    return {
      left,
      right,
      top,
      bottom,
      xMin: this.#range.min,
      xMax: this.#range.max,
      yMin: y?.min ?? 0,
      yMax: y?.max ?? 1,
      logarithmic: this.#drawing?.logarithmic ?? false,
    };
  }

  #configuration(lines: Plugin, report: (context: { chart: Chart }) => void): ChartConfiguration {
    return {
      type: 'line',
      data: { datasets: [] },
      plugins: [lines],
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        events: [],
        layout: { padding: { top: 6, right: 10 } },
        onResize: () => {
          this.#axesDrawn = '';
        },
        plugins: {
          zoom: {
            pan: { enabled: true, mode: 'x', modifierKey: 'shift', onPan: report },
            zoom: {
              mode: 'x',
              wheel: { enabled: true, modifierKey: 'ctrl', speed: 0.15 },
              drag: {
                enabled: true,
                threshold: 8,
                backgroundColor: 'rgba(127, 127, 127, 0.2)',
                borderWidth: 1,
              },
              pinch: { enabled: true },
              onZoom: report,
            },
          },
        },
      },
    };
  }
}

/** Room above and below the lines, within what the figure can be. */
function padded(
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
