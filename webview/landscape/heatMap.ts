import { colorAt, cssColor, inkOn } from './colorMap';
import { contourSegments } from './contours';
import { type Box, type Look, label, type Size, shortNumber } from './drawing';
import { type Grid, lossBetween } from './grid';
import { linearTicks } from './valueScale';

const margin = { left: 46, right: 10, top: 8, bottom: 38 };

/** The square between the axes. */
export function mapArea({ width, height }: Size): Box {
  const side = Math.max(
    20,
    Math.min(width - margin.left - margin.right, height - margin.top - margin.bottom),
  );
  const spare = width - margin.left - margin.right - side;
  return { left: margin.left + spare / 2, top: margin.top, width: side, height: side };
}

/** Colours for losses, contour lines on the levels, and a mark at the weights. */
export function drawHeatMap(context: CanvasRenderingContext2D, size: Size, grid: Grid, look: Look): void {
  const area = mapArea(size);
  const last = grid.axis.length - 1;
  const toX = (i: number) => area.left + (i / last) * area.width;
  const toY = (j: number) => area.top + area.height - (j / last) * area.height;
  context.strokeStyle = look.theme.grid;
  context.lineWidth = 1;
  context.strokeRect(area.left, area.top, area.width, area.height);
  drawColors(context, area, grid, look);
  drawContours(context, grid, look, toX, toY);
  drawMark(context, toX(last / 2), toY(last / 2));
  drawAxes(context, area, grid, look);
}

/** Pixels of the picture that is stretched over the square. */
const resolution = 240;

function drawColors(context: CanvasRenderingContext2D, area: Box, grid: Grid, { scale }: Look): void {
  const picture = document.createElement('canvas');
  picture.width = resolution;
  picture.height = resolution;
  const pixels = picture.getContext('2d');
  if (!pixels) return;
  const image = pixels.createImageData(resolution, resolution);
  const last = grid.axis.length - 1;
  for (let row = 0; row < resolution; row++) {
    for (let column = 0; column < resolution; column++) {
      const loss = lossBetween(
        grid,
        ((column + 0.5) / resolution) * last,
        (1 - (row + 0.5) / resolution) * last,
      );
      if (loss === undefined) continue;
      image.data.set([...colorAt(scale.share(loss)), 255], 4 * (row * resolution + column));
    }
  }
  pixels.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(picture, area.left, area.top, area.width, area.height);
}

function drawContours(
  context: CanvasRenderingContext2D,
  grid: Grid,
  { scale, levels }: Look,
  toX: (i: number) => number,
  toY: (j: number) => number,
): void {
  context.lineWidth = 1;
  context.lineCap = 'round';
  for (const level of levels) {
    context.strokeStyle = inkOn(colorAt(scale.share(level)));
    context.globalAlpha = 0.65;
    context.beginPath();
    for (const [x1, y1, x2, y2] of contourSegments(grid, level)) {
      context.moveTo(toX(x1), toY(y1));
      context.lineTo(toX(x2), toY(y2));
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** A cross that is seen on any colour: where the weights are. */
export function drawMark(context: CanvasRenderingContext2D, x: number, y: number): void {
  for (const [color, width] of [
    ['#000000', 3.5],
    ['#ffffff', 1.5],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.lineCap = 'round';
    context.beginPath();
    context.moveTo(x - 5, y);
    context.lineTo(x + 5, y);
    context.moveTo(x, y - 5);
    context.lineTo(x, y + 5);
    context.stroke();
  }
}

function drawAxes(context: CanvasRenderingContext2D, area: Box, { axis }: Grid, { theme }: Look): void {
  const [first = 0] = axis;
  const last = axis.at(-1) ?? 1;
  const share = (value: number) => (value - first) / (last - first);
  for (const tick of linearTicks(first, last, 4)) {
    const x = area.left + share(tick) * area.width;
    const y = area.top + area.height - share(tick) * area.height;
    label(context, shortNumber(tick), x, area.top + area.height + 7, theme, { baseline: 'top' });
    label(context, shortNumber(tick), area.left - 7, y, theme, { align: 'right' });
  }
  const below = area.top + area.height + 30;
  label(context, 'first direction', area.left + area.width / 2, below, theme);
  context.save();
  context.translate(area.left - 39, area.top + area.height / 2);
  context.rotate(-Math.PI / 2);
  label(context, 'second direction', 0, 0, theme);
  context.restore();
}

/** What each colour stands for, with the contour levels as lines on it. */
export function drawColorBar(
  context: CanvasRenderingContext2D,
  size: Size,
  { scale, levels, theme }: Look,
): void {
  const area = { left: 18, top: 4, width: size.width - 36, height: 14 };
  const gradient = context.createLinearGradient(area.left, 0, area.left + area.width, 0);
  for (let i = 0; i <= 20; i++) gradient.addColorStop(i / 20, cssColor(colorAt(i / 20)));
  context.fillStyle = gradient;
  context.fillRect(area.left, area.top, area.width, area.height);
  let free = Number.NEGATIVE_INFINITY;
  for (const level of levels) {
    const x = area.left + scale.share(level) * area.width;
    context.strokeStyle = inkOn(colorAt(scale.share(level)));
    context.lineWidth = 1;
    context.globalAlpha = 0.65;
    context.beginPath();
    context.moveTo(x, area.top);
    context.lineTo(x, area.top + area.height);
    context.stroke();
    context.globalAlpha = 1;
    const text = shortNumber(level);
    const half = text.length * 3.4 + 4;
    if (x - half < free) continue;
    label(context, text, x, area.top + area.height + 5, theme, { baseline: 'top' });
    free = x + half;
  }
}
