/**
 * Losses on a square grid: `rows[j][i]` is the loss at a = axis[i] along the first direction and b = axis[j] along the second.
 * While it grows, the last rows are missing.
 */
export interface Grid {
  readonly axis: readonly number[];
  readonly rows: readonly (readonly number[])[];
}

/** Losses at the corners of a cell and between them: undefined where one of the four is missing or not finite. */
export interface Cell {
  /** At [a, b], [a + 1, b], [a + 1, b + 1], [a, b + 1]. */
  readonly corners: readonly [number, number, number, number];
}

export function cellAt({ rows }: Grid, i: number, j: number): Cell | undefined {
  const corners = [rows[j]?.[i], rows[j]?.[i + 1], rows[j + 1]?.[i + 1], rows[j + 1]?.[i]];
  const [c0, c1, c2, c3] = corners.filter(
    (value): value is number => value !== undefined && Number.isFinite(value),
  );
  if (c0 === undefined || c1 === undefined || c2 === undefined || c3 === undefined) return undefined;
  return { corners: [c0, c1, c2, c3] };
}

/**
 * The loss between the points, by bilinear interpolation.
 * @param x,y from 0 to points - 1
 * @returns undefined outside what has been measured
 */
export function lossBetween(grid: Grid, x: number, y: number): number | undefined {
  const last = grid.axis.length - 2;
  const i = Math.min(Math.floor(x), last);
  const j = Math.min(Math.floor(y), Math.max(0, grid.rows.length - 2));
  if (x < 0 || y < 0 || x > last + 1 || y > grid.rows.length - 1) return undefined;
  const cell = cellAt(grid, i, j);
  if (!cell) return undefined;
  const [c0, c1, c2, c3] = cell.corners;
  const [u, v] = [x - i, y - j];
  return (1 - v) * ((1 - u) * c0 + u * c1) + v * ((1 - u) * c3 + u * c2);
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** From the least to the greatest finite value; undefined where there is none. */
export function rangeOf(values: Iterable<number>): Range | undefined {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return min <= max ? { min, max } : undefined;
}

export function rangeOfGrids(grids: readonly Grid[]): Range | undefined {
  return rangeOf(grids.flatMap(({ rows }) => rows.flat()));
}

/** The loss at the weights themselves, the middle of the grid; undefined until it has been measured. */
export function centreLoss({ axis, rows }: Grid): number | undefined {
  const middle = (axis.length - 1) / 2;
  return rows[middle]?.[middle];
}
