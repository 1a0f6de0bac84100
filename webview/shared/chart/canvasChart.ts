import {
  Chart,
  type ChartConfiguration,
  LinearScale,
  LogarithmicScale,
  type Plugin,
  type Scale,
} from 'chart.js';
import zoomPlugin from 'chartjs-plugin-zoom';
import { axesOf, type Drawing, padded } from './axes';
import type { XRange } from './boardView';
import { drawErrorBars, drawMarkers, fillBetween, strokeLine } from './draw';
import { type DrawnSeries, faintStroke, prepareSeries, rangeOf, type YRange } from './drawnSeries';
import type { Picture, Tick } from './export';
import type { Mapping } from './mapping';
import type { ChartSpec } from './series';
import { xAxisNames } from './xAxis';

Chart.register(LinearScale, LogarithmicScale, zoomPlugin);

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

  #configureAxes(drawing: Drawing): void {
    const { options } = this.#chart;
    options.scales = axesOf(drawing, () => this.#yRange);
    const { full, theme } = drawing;
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
