import { type Line, middleLine } from '../series/decimation';
import { columnSpans, fillBand, meanHeight, tallSpan } from './denseLine';
import { type Mapping, xPixel, yPixel } from './mapping';

export interface Stroke {
  readonly color: string;
  readonly width: number;
  readonly opacity: number;
  readonly dash: readonly number[];
}

/** What lines are drawn on: a canvas, or an SVG path. */
export interface PathSink {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

/** Far outside the view, where a canvas loses precision, a line is cut; it stays as steep as it looks. */
const farOutside = 1e5;

/** Traces a line; gaps and what a logarithmic axis cannot show interrupt it. `unit` scales its positions to the axis. */
export function tracePath(path: PathSink, line: Line, unit: number, mapping: Mapping): void {
  let drawing = false;
  for (let i = 0; i < line.length; i++) {
    const y = yPixel(line.y[i] as number, mapping);
    if (!Number.isFinite(y)) {
      drawing = false;
      continue;
    }
    const x = xPixel((line.x[i] as number) * unit, mapping);
    const clamped = Math.max(-farOutside, Math.min(farOutside, y));
    if (drawing) path.lineTo(x, clamped);
    else path.moveTo(x, clamped);
    drawing = true;
  }
}

/** Draws a line: the points joined, or, of a dense one, what each column of pixels spans. */
export function strokeLine(
  context: CanvasRenderingContext2D,
  line: Line,
  unit: number,
  mapping: Mapping,
  { color, width, opacity, dash }: Stroke,
): void {
  context.globalAlpha = opacity;
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = width;
  context.lineJoin = 'round';
  context.setLineDash([...dash]);
  const spans = line.isDense ? columnSpans(line, unit, mapping) : [];
  const isBand = spans.length > 0 && meanHeight(spans) > tallSpan;
  if (!isBand) {
    context.beginPath();
    tracePath(context, middleLine(line), unit, mapping);
    context.stroke();
  }
  // Filling what a line goes up and down in costs a fraction of stroking it.
  if (isBand) fillBand(context, spans, width / 2);
  else {
    for (const { x, top, bottom } of spans) {
      if (bottom - top > tallSpan) context.fillRect(Math.floor(x), top - width / 2, 1, bottom - top + width);
    }
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** Fills between a line and the one below it, or the axis where there is none. */
export function fillBetween(
  context: CanvasRenderingContext2D,
  upper: Line,
  lower: Line | undefined,
  unit: number,
  mapping: Mapping,
  color: string,
): void {
  context.globalAlpha = areaOpacity;
  context.fillStyle = color;
  context.beginPath();
  traceArea(context, middleLine(upper), lower && middleLine(lower), unit, mapping);
  context.fill();
  context.globalAlpha = 1;
}

export const areaOpacity = 0.55;

/** Goes along a line and back along the one below it. */
export function traceArea(
  path: PathSink,
  upper: Line,
  lower: Line | undefined,
  unit: number,
  mapping: Mapping,
): void {
  const pixelX = (line: Line, i: number) => xPixel((line.x[i] ?? 0) * unit, mapping);
  const pixelY = (line: Line, i: number) => yPixel(line.y[i] ?? Number.NaN, mapping);
  const points: [number, number][] = [];
  for (let i = 0; i < upper.length; i++) points.push([pixelX(upper, i), pixelY(upper, i)]);
  if (lower) for (let i = lower.length - 1; i >= 0; i--) points.push([pixelX(lower, i), pixelY(lower, i)]);
  else points.push([pixelX(upper, upper.length - 1), mapping.bottom], [pixelX(upper, 0), mapping.bottom]);
  let started = false;
  for (const [x, y] of points) {
    // What a logarithmic axis cannot show lies at its foot.
    const shown = Number.isNaN(y) ? mapping.bottom : Math.max(-farOutside, Math.min(farOutside, y));
    if (started) path.lineTo(x, shown);
    else path.moveTo(x, shown);
    started = true;
  }
}

/** A dot at every point; none where there are too many to tell apart. */
export function drawMarkers(
  context: CanvasRenderingContext2D,
  line: Line,
  unit: number,
  mapping: Mapping,
  { color, background }: { color: string; background: string },
): void {
  if (line.length > (mapping.right - mapping.left) / 8) return;
  for (let i = 0; i < line.length; i++) {
    const y = yPixel(line.y[i] as number, mapping);
    if (!Number.isFinite(y)) continue;
    context.beginPath();
    context.arc(xPixel((line.x[i] as number) * unit, mapping), y, 3.2, 0, 2 * Math.PI);
    context.fillStyle = color;
    context.fill();
    context.lineWidth = 1.2;
    context.strokeStyle = background;
    context.stroke();
  }
}

/** Bars one standard error up and down from every point. */
export function drawErrorBars(
  context: CanvasRenderingContext2D,
  line: Line,
  errors: ArrayLike<number>,
  unit: number,
  mapping: Mapping,
  color: string,
): void {
  context.strokeStyle = color;
  context.lineWidth = 1.2;
  context.beginPath();
  for (const [x, top, bottom] of errorBars(line, errors, unit, mapping)) {
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    for (const end of [top, bottom]) {
      context.moveTo(x - 3, end);
      context.lineTo(x + 3, end);
    }
  }
  context.stroke();
}

/** Position, top and bottom of each bar in pixels; `errors` has one entry a point. */
export function errorBars(
  line: Line,
  errors: ArrayLike<number>,
  unit: number,
  mapping: Mapping,
): [number, number, number][] {
  const bars: [number, number, number][] = [];
  for (let i = 0; i < line.length; i++) {
    const mean = line.y[i] as number;
    const error = errors[i] ?? Number.NaN;
    const top = yPixel(mean + error, mapping);
    if (!Number.isFinite(top)) continue;
    const bottom = yPixel(mean - error, mapping);
    bars.push([
      xPixel((line.x[i] as number) * unit, mapping),
      top,
      Number.isFinite(bottom) ? bottom : mapping.bottom,
    ]);
  }
  return bars;
}
