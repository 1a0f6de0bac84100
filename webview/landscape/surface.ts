import { colorAt, cssColor, type Rgb } from './colorMap';
import { isDark, type Look, label, type Size, shortNumber } from './drawing';
import { cellAt, type Grid } from './grid';
import { drawMark } from './heatMap';
import { type Camera, type Projected, type Projection, projection } from './projection';

/** The surface as a mesh over its floor, the nearest parts drawn last; losses give the heights and the colours. */
export function drawSurface(
  context: CanvasRenderingContext2D,
  size: Size,
  grid: Grid,
  look: Look,
  camera: Camera,
): void {
  const project = projection(camera, size);
  drawFloor(context, grid, look, project);
  drawHeights(context, look, project);
  drawPatches(context, grid, look, project);
  const middle = (grid.axis.length - 1) / 2;
  const centre = grid.rows[middle]?.[middle];
  if (centre !== undefined && Number.isFinite(centre)) {
    const { x, y } = project(0, 0, look.scale.share(centre));
    drawMark(context, x, y);
  }
}

interface Patch {
  readonly corners: readonly Projected[];
  readonly depth: number;
  readonly color: Rgb;
}

function drawPatches(
  context: CanvasRenderingContext2D,
  grid: Grid,
  { scale, theme }: Look,
  project: Projection,
): void {
  const edge = isDark(theme) ? 'rgba(0, 0, 0, 0.45)' : 'rgba(0, 0, 0, 0.28)';
  context.lineWidth = 0.6;
  context.lineJoin = 'round';
  for (const { corners, color } of patchesOf(grid, loss => scale.share(loss), project)) {
    context.beginPath();
    for (const [i, { x, y }] of corners.entries()) {
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.closePath();
    context.fillStyle = cssColor(color);
    context.fill();
    context.strokeStyle = edge;
    context.stroke();
  }
}

/** The patches between neighbouring points, the farthest first. */
export function patchesOf(grid: Grid, share: (loss: number) => number, project: Projection): Patch[] {
  const last = grid.axis.length - 1;
  const place = (index: number) => (2 * index) / last - 1;
  const patches: Patch[] = [];
  for (let j = 0; j + 1 < grid.rows.length; j++) {
    for (let i = 0; i < last; i++) {
      const cell = cellAt(grid, i, j);
      if (!cell) continue;
      const heights = cell.corners.map(share);
      const [z0 = 0, z1 = 0, z2 = 0, z3 = 0] = heights;
      const corners = [
        project(place(i), place(j), z0),
        project(place(i + 1), place(j), z1),
        project(place(i + 1), place(j + 1), z2),
        project(place(i), place(j + 1), z3),
      ];
      const slope = ((z1 + z2 - z0 - z3) * last) / 4;
      patches.push({
        corners,
        depth: corners.reduce((sum, { depth }) => sum + depth, 0) / 4,
        color: lit(colorAt((z0 + z1 + z2 + z3) / 4), slope),
      });
    }
  }
  return patches.sort((a, b) => b.depth - a.depth);
}

/** Light from the side, so weak that a colour is still read off the bar. */
function lit([red, green, blue]: Rgb, slope: number): Rgb {
  const light = 1 - 0.12 * Math.tanh(slope);
  const shade = (value: number) => Math.min(255, Math.round(value * light));
  return [shade(red), shade(green), shade(blue)];
}

type Corner = readonly [x: number, y: number];

const floorCorners: readonly Corner[] = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
];

function drawFloor(
  context: CanvasRenderingContext2D,
  { axis }: Grid,
  { theme }: Look,
  project: Projection,
): void {
  context.strokeStyle = isDark(theme) ? 'rgba(255, 255, 255, 0.35)' : 'rgba(0, 0, 0, 0.3)';
  context.lineWidth = 1;
  context.beginPath();
  for (const [i, [x, y]] of floorCorners.entries()) {
    const place = project(x, y, 0);
    if (i === 0) context.moveTo(place.x, place.y);
    else context.lineTo(place.x, place.y);
  }
  context.closePath();
  context.stroke();
  // Texts stand along the two edges that meet in the nearest corner.
  const near = [...floorCorners].sort((a, b) => project(...a, 0).depth - project(...b, 0).depth)[0];
  if (!near) return;
  const beside = (name: 'first' | 'second', at: number, distance: number): Projected =>
    name === 'first' ? project(at, near[1] * (1 + distance), 0) : project(near[0] * (1 + distance), at, 0);
  for (const name of ['first', 'second'] as const) {
    for (const [end, at] of [
      [axis[0] ?? -1, -0.84],
      [axis.at(-1) ?? 1, 0.84],
    ] as const) {
      const { x, y } = beside(name, at, 0.12);
      label(context, shortNumber(end), x, y, theme);
    }
    const { x, y } = beside(name, 0, 0.24);
    label(context, `${name} direction`, x, y, theme);
  }
}

/** The axis of losses stands on the floor's corner farthest to the left, where the surface never covers it. */
function drawHeights(context: CanvasRenderingContext2D, { scale, theme }: Look, project: Projection): void {
  const corner = [...floorCorners].sort((a, b) => project(...a, 0).x - project(...b, 0).x)[0];
  if (!corner) return;
  const [foot, head] = [project(...corner, 0), project(...corner, 1)];
  context.strokeStyle = isDark(theme) ? 'rgba(255, 255, 255, 0.35)' : 'rgba(0, 0, 0, 0.3)';
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(foot.x, foot.y);
  context.lineTo(head.x, head.y);
  context.stroke();
  let free = Number.POSITIVE_INFINITY;
  for (const tick of scale.ticks(5)) {
    const { x, y } = project(...corner, scale.share(tick));
    if (y > free - 12) continue;
    label(context, shortNumber(tick), x - 6, y, theme, { align: 'right' });
    free = y;
  }
  label(context, 'loss', head.x, head.y - 12, theme);
}
