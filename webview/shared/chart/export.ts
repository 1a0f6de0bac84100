import type { Theme } from '../theme';
import { areaOpacity, errorBars, type PathSink, traceArea, tracePath } from './draw';
import { type DrawnSeries, faintStroke } from './drawnSeries';
import { type Mapping, xPixel, yPixel } from './mapping';

export interface Tick {
  /** Pixels from the canvas's edge. */
  readonly at: number;
  readonly label: string;
}

/** A chart as it is shown, for a file. */
export interface Picture {
  readonly title: string;
  readonly canvas: HTMLCanvasElement;
  readonly width: number;
  readonly height: number;
  readonly drawn: readonly DrawnSeries[];
  readonly mapping: Mapping;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly xTitle: string;
  readonly theme: Theme;
}

const head = 34;
const lineHeight = 18;
const legendColumn = 190;

/** The chart with title and legend on the theme's background. */
export async function chartPng(picture: Picture): Promise<Uint8Array> {
  const { canvas, width, height, theme, title } = picture;
  const scale = canvas.width / width;
  const legend = placeLegend(picture);
  const sheet = document.createElement('canvas');
  sheet.width = canvas.width;
  sheet.height = Math.round((head + height + legend.height) * scale);
  const context = sheet.getContext('2d');
  if (!context) throw new Error('The browser has no canvas to draw the picture on.');
  context.scale(scale, scale);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, head + height + legend.height);
  context.fillStyle = theme.foreground;
  context.font = `600 14px ${theme.fontFamily}`;
  context.fillText(title, 12, 22);
  context.drawImage(canvas, 0, head, width, height);
  context.font = `12px ${theme.fontFamily}`;
  for (const { x, y, color, label } of legend.entries) {
    context.fillStyle = color;
    context.fillRect(x, head + height + y - 6, 14, 3);
    context.fillStyle = theme.foreground;
    context.fillText(label, x + 20, head + height + y);
  }
  const blob = await new Promise<Blob | null>(resolve => sheet.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The browser could not make a PNG of the chart.');
  return new Uint8Array(await blob.arrayBuffer());
}

/** The chart with title and legend as a drawing whose lines and texts can be edited. */
export function chartSvg(picture: Picture): string {
  const { width, height, drawn, mapping, xTicks, yTicks, xTitle, theme, title } = picture;
  const { left, right, top, bottom } = mapping;
  const legend = placeLegend(picture);
  const total = head + height + legend.height;
  const text = (x: number, y: number, content: string, more = '') =>
    `<text x="${short(x)}" y="${short(y)}"${more}>${escaped(content)}</text>`;
  const body = [
    ...yTicks.map(
      ({ at, label }) =>
        `<path d="M${short(left)} ${short(at)}H${short(right)}" stroke="${theme.grid}"/>` +
        text(left - 8, at + 4, label, ` text-anchor="end" fill="${theme.description}"`),
    ),
    ...xTicks.map(({ at, label }) =>
      text(at, bottom + 18, label, ` text-anchor="middle" fill="${theme.description}"`),
    ),
    text(right, bottom + 32, xTitle, ` text-anchor="end" fill="${theme.description}"`),
    `<g clip-path="url(#area)" fill="none" stroke-linejoin="round">`,
    ...drawn.flatMap((item, i) => seriesPaths(item, drawn[i - 1], mapping)),
    '</g>',
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 ${-head} ${width} ${total}" width="${width}" height="${total}" font-family="${escaped(theme.fontFamily)}" font-size="11">`,
    `<title>${escaped(title)}</title>`,
    `<clipPath id="area"><rect x="${short(left - 4)}" y="${short(top - 4)}" width="${short(right - left + 8)}" height="${short(bottom - top + 8)}"/></clipPath>`,
    `<rect y="${-head}" width="${width}" height="${total}" fill="${theme.background}"/>`,
    text(12, 22 - head, title, ` font-size="14" font-weight="600" fill="${theme.foreground}"`),
    ...body,
    ...legend.entries.map(
      ({ x, y, color, label }) =>
        `<rect x="${x}" y="${height + y - 6}" width="14" height="3" fill="${color}"/>` +
        text(x + 20, height + y, label, ` font-size="12" fill="${theme.foreground}"`),
    ),
    '</svg>',
    '',
  ].join('\n');
}

function seriesPaths(
  { series, line, faint, unit, stroke, color, errors }: DrawnSeries,
  below: DrawnSeries | undefined,
  mapping: Mapping,
): string[] {
  const paths: string[] = [];
  const stroked = (d: string, { width, opacity, dash }: typeof stroke) =>
    `<path d="${d}" stroke="${color}" stroke-width="${width}" opacity="${opacity}"${dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : ''}/>`;
  if (faint)
    paths.push(
      stroked(
        pathData(sink => tracePath(sink, faint, unit, mapping)),
        faintStroke(stroke),
      ),
    );
  if (series.stacked) {
    const d = pathData(sink => traceArea(sink, line, below?.line, unit, mapping));
    paths.push(`<path d="${d}Z" fill="${color}" opacity="${areaOpacity}"/>`);
  }
  paths.push(
    stroked(
      pathData(sink => tracePath(sink, line, unit, mapping)),
      stroke,
    ),
  );
  for (const [x, high, low] of errors ? errorBars(line, errors, unit, mapping) : []) {
    paths.push(`<path d="M${short(x)} ${short(high)}V${short(low)}" stroke="${color}"/>`);
  }
  if (series.measured) {
    for (let i = 0; i < line.length; i++) {
      const y = yPixel(line.y[i] ?? Number.NaN, mapping);
      if (!Number.isFinite(y)) continue;
      const x = xPixel((line.x[i] ?? 0) * unit, mapping);
      paths.push(`<circle cx="${short(x)}" cy="${short(y)}" r="3" fill="${color}"/>`);
    }
  }
  return paths;
}

function pathData(trace: (sink: PathSink) => void): string {
  let data = '';
  trace({
    moveTo: (x, y) => {
      data += `M${short(x)} ${short(y)}`;
    },
    lineTo: (x, y) => {
      data += `L${short(x)} ${short(y)}`;
    },
  });
  return data;
}

function placeLegend({ drawn, width }: Picture) {
  const columns = Math.max(1, Math.floor((width - 24) / legendColumn));
  const entries = drawn.map(({ series, color }, i) => ({
    x: 12 + (i % columns) * legendColumn,
    y: lineHeight * (Math.floor(i / columns) + 1),
    color,
    label: series.label,
  }));
  return { entries, height: lineHeight * Math.ceil(drawn.length / columns) + 14 };
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
