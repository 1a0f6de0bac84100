import type { Theme } from '../shared/theme';
import { type Box, label, type Size, shortNumber } from './drawing';
import type { Range } from './grid';
import { linearTicks, type ValueScale } from './valueScale';

/** A curve with what it is drawn with. */
export interface DrawnCurve {
  readonly axis: readonly number[];
  readonly values: readonly number[];
  readonly color: string;
  readonly dash: readonly number[];
}

const margin = { left: 52, right: 12, top: 10, bottom: 38 };

export function curveArea({ width, height }: Size): Box {
  return {
    left: margin.left,
    top: margin.top,
    width: Math.max(10, width - margin.left - margin.right),
    height: Math.max(10, height - margin.top - margin.bottom),
  };
}

/** Curves over one axis, with a line where the weights are. */
export function drawCurves(
  context: CanvasRenderingContext2D,
  size: Size,
  curves: readonly DrawnCurve[],
  reach: Range,
  scale: ValueScale,
  theme: Theme,
): void {
  const area = curveArea(size);
  const toX = (at: number) => area.left + ((at - reach.min) / (reach.max - reach.min)) * area.width;
  const toY = (loss: number) => area.top + area.height - scale.share(loss) * area.height;
  context.lineWidth = 1;
  context.strokeStyle = theme.grid;
  for (const tick of scale.ticks(5)) {
    line(context, area.left, toY(tick), area.left + area.width, toY(tick));
    label(context, shortNumber(tick), area.left - 8, toY(tick), theme, { align: 'right' });
  }
  for (const tick of linearTicks(reach.min, reach.max, 6)) {
    label(context, shortNumber(tick), toX(tick), area.top + area.height + 8, theme, { baseline: 'top' });
  }
  label(context, 'along the direction', area.left + area.width / 2, area.top + area.height + 31, theme);
  context.strokeStyle = theme.description;
  context.setLineDash([2, 3]);
  line(context, toX(0), area.top, toX(0), area.top + area.height);
  for (const { axis, values, color, dash } of curves) {
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = 2;
    context.lineJoin = 'round';
    context.setLineDash([...dash]);
    context.beginPath();
    let drawing = false;
    for (const [i, value] of values.entries()) {
      const isThere = Number.isFinite(value);
      if (isThere && drawing) context.lineTo(toX(axis[i] ?? 0), toY(value));
      else if (isThere) context.moveTo(toX(axis[i] ?? 0), toY(value));
      drawing = isThere;
    }
    context.stroke();
    context.setLineDash([]);
    for (const [i, value] of values.entries()) {
      if (!Number.isFinite(value)) continue;
      context.beginPath();
      context.arc(toX(axis[i] ?? 0), toY(value), 2.4, 0, 2 * Math.PI);
      context.fill();
    }
  }
  context.setLineDash([]);
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
