import { type Look, label, type Size } from './drawing';
import type { Grid } from './grid';
import { drawColorBar, drawHeatMap } from './heatMap';
import { paragraph, within } from './picture';
import type { Camera } from './projection';
import { drawSurface } from './surface';

/** A surface as it stands on the page. */
export interface SheetPart {
  readonly name: string;
  readonly grid: Grid;
  readonly look: Look;
}

const column: Size = { width: 400, height: 400 };
const padding = 16;
const head = 34;
const barHeight = 40;
const foot = 82;

/** Size of a sheet with so many surfaces side by side. */
export function sheetSize(parts: number): Size {
  return {
    width: Math.max(1, parts) * column.width + 2 * padding,
    height: head + 2 * column.height + barHeight + foot,
  };
}

/** All surfaces side by side for a file: name, heat map, mesh and colour bar of each, and what they show. */
export function drawSheet(
  context: CanvasRenderingContext2D,
  size: Size,
  parts: readonly SheetPart[],
  camera: Camera,
  caption: string,
): void {
  for (const [i, { name, grid, look }] of parts.entries()) {
    const left = padding + i * column.width;
    label(context, name, left + column.width / 2, head / 2, look.theme, {
      weight: '600',
      size: 14,
      color: look.theme.foreground,
    });
    within(context, left, head, at => drawHeatMap(at, column, grid, look));
    within(context, left, head + column.height, at => drawSurface(at, column, grid, look, camera));
    within(context, left, head + 2 * column.height, at =>
      drawColorBar(at, { width: column.width, height: barHeight }, look),
    );
  }
  const [first] = parts;
  if (!first) return;
  paragraph(context, caption, first.look.theme, {
    left: padding,
    top: size.height - foot + 8,
    width: size.width - 2 * padding,
  });
}
