import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  LineController,
  LineElement,
  type Plugin,
  PointElement,
  Tooltip,
} from 'chart.js';
import { attackTitle, radiusText } from '../../extension/contract/evaluationNames';
import { type FigureDrawing, whiskers } from '../shared/chart/figureChart';
import { formatPercent, formatPoints } from '../shared/format';
import { colorOf, dashOrder, type Hue, hueOrder } from '../shared/palette';
import type { Theme } from '../shared/theme';
import type { RobustnessCurve } from './curveData';
import type { WaterfallBar } from './waterfallData';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
);

const hues: Readonly<Record<WaterfallBar['kind'], Hue>> = {
  clean: 'blue',
  taken: 'orange',
  alone: 'orange',
  left: 'vermillion',
};

/** Attack by attack: what each took of the accuracy, with the figure above its bar. */
export function waterfallDrawing(bars: readonly WaterfallBar[]): FigureDrawing {
  const names = bars.map(({ name, kind }) =>
    kind === 'clean' || kind === 'left' ? capital(name) : attackTitle(name),
  );
  const said = bars.map(({ accuracy }, i) => `${names[i]} ${formatPercent(accuracy)}`);
  return {
    description: `Accuracy: ${said.join(', ')}.`,
    configure: theme => ({
      type: 'bar',
      data: {
        labels: names,
        datasets: [
          {
            data: bars.map(({ low, high }) => [low, high]),
            backgroundColor: bars.map(({ kind }) => colorOf(hues[kind], theme)),
            maxBarThickness: 56,
            minBarLength: 2,
          },
        ],
      },
      plugins: [
        whiskers(
          (_, i) => (bars[i]?.kind === 'taken' ? undefined : bars[i]?.interval),
          () => theme.foreground,
        ),
        barLabels(bars, theme),
      ],
      options: {
        ...common,
        scales: {
          x: { grid: { display: false }, border: { color: theme.grid }, ticks: ticks(theme) },
          y: percentAxis(theme),
        },
        plugins: {
          tooltip: {
            ...tooltip(theme),
            callbacks: { label: ({ dataIndex }) => barText(bars[dataIndex]) },
          },
        },
      },
    }),
  };
}

/** Accuracy against the radius, with 95 % intervals. */
export function curveDrawing(curves: readonly RobustnessCurve[], axisTitle: string): FigureDrawing {
  const said = curves.map(
    ({ label, points }) =>
      `${label}: ${points.map(({ epsilon, accuracy }) => `${formatPercent(accuracy)} at ${radiusText(epsilon)}`).join(', ')}.`,
  );
  return {
    description: `Accuracy against the radius. ${said.join(' ')}`,
    configure: theme => ({
      type: 'line',
      data: {
        datasets: curves.map(({ label, points }, i) => {
          const color = curveColor(i, theme);
          return {
            label,
            data: points.map(({ epsilon, accuracy }) => ({ x: epsilon, y: accuracy })),
            borderColor: color,
            backgroundColor: color,
            borderDash: [...(dashOrder[Math.floor(i / hueOrder.length)] ?? [])],
            borderWidth: 1.8,
            pointRadius: 3.5,
          };
        }),
      },
      plugins: [
        whiskers(
          (curve, i) => curves[curve]?.points[i]?.interval,
          curve => curveColor(curve, theme),
        ),
      ],
      options: {
        ...common,
        interaction: { mode: 'nearest', intersect: false },
        scales: {
          x: {
            type: 'linear',
            min: 0,
            grid: { color: theme.grid },
            border: { color: theme.grid },
            title: {
              display: true,
              text: axisTitle,
              color: theme.description,
              font: { family: theme.fontFamily },
            },
            ticks: { ...ticks(theme), callback: value => String(Number(Number(value).toPrecision(4))) },
          },
          y: percentAxis(theme),
        },
        plugins: {
          tooltip: {
            ...tooltip(theme),
            callbacks: {
              title: ([item]) => `radius ${radiusText(item?.parsed.x ?? 0)}`,
              label: ({ datasetIndex, dataIndex }) => pointText(curves[datasetIndex], dataIndex),
            },
          },
        },
      },
    }),
  };
}

/** Of a curve and its entry in the legend. */
export function curveColor(index: number, theme: Theme): string {
  return colorOf(hueOrder[(index + 1) % hueOrder.length] ?? 'blue', theme);
}

const common = {
  animation: false,
  responsive: true,
  maintainAspectRatio: false,
  layout: { padding: { top: 18, right: 10 } },
} satisfies ChartConfiguration['options'];

function percentAxis(theme: Theme) {
  return {
    min: 0,
    max: 1,
    grid: { color: theme.grid },
    border: { color: theme.grid },
    ticks: { ...ticks(theme), callback: (value: number | string) => `${Math.round(100 * Number(value))} %` },
  };
}

function ticks(theme: Theme) {
  return { color: theme.description, font: { family: theme.fontFamily, size: 11 } };
}

function tooltip(theme: Theme) {
  return {
    backgroundColor: theme.background,
    titleColor: theme.foreground,
    bodyColor: theme.foreground,
    borderColor: theme.description,
    borderWidth: 1,
    displayColors: false,
  };
}

function barText(bar: WaterfallBar | undefined): string {
  if (!bar) return '';
  const left = `${formatPercent(bar.accuracy)} (95 %: ${formatPercent(bar.interval[0])} to ${formatPercent(bar.interval[1])})`;
  return bar.kind === 'taken' ? `${formatPoints(bar.low - bar.high)} points, leaves ${left}` : left;
}

function pointText(curve: RobustnessCurve | undefined, index: number): string {
  const point = curve?.points[index];
  if (!curve || !point) return '';
  return `${curve.label}: ${formatPercent(point.accuracy)} (95 %: ${formatPercent(point.interval[0])} to ${formatPercent(point.interval[1])})`;
}

/** The figure of each bar, above it and its whisker. */
function barLabels(bars: readonly WaterfallBar[], theme: Theme): Plugin {
  return {
    id: 'barLabels',
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      const y = chart.scales['y'];
      if (!y) return;
      ctx.save();
      ctx.fillStyle = theme.foreground;
      ctx.font = `11px ${theme.fontFamily}`;
      ctx.textAlign = 'center';
      for (const [i, { x }] of chart.getDatasetMeta(0).data.entries()) {
        const bar = bars[i];
        if (!bar) continue;
        const top = bar.kind === 'taken' ? bar.high : Math.max(bar.high, bar.interval[1]);
        const text = bar.kind === 'taken' ? formatPoints(bar.low - bar.high) : formatPercent(bar.accuracy);
        ctx.fillText(text, x, y.getPixelForValue(top) - 5);
      }
      ctx.restore();
    },
  };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
