import { cellAt, type Grid } from './grid';

/** A piece of a contour line, in grid units: from 0 to points - 1 in both directions. */
export type Segment = readonly [x1: number, y1: number, x2: number, y2: number];

/**
 * The contour line of a level by marching squares, with linear interpolation along the edges of each cell. Where a cell has
 * two opposite corners above the level, the mean of the four decides which of them are joined.
 * Source: Lorensen and Cline, SIGGRAPH 1987, in two dimensions.
 */
export function contourSegments(grid: Grid, level: number): Segment[] {
  const segments: Segment[] = [];
  for (let j = 0; j + 1 < grid.rows.length; j++) {
    for (let i = 0; i + 1 < grid.axis.length; i++) {
      const cell = cellAt(grid, i, j);
      if (!cell) continue;
      for (const [from, to] of edgePairs(cell.corners, level)) {
        segments.push([
          ...crossing(cell.corners, from, level, i, j),
          ...crossing(cell.corners, to, level, i, j),
        ]);
      }
    }
  }
  return segments;
}

type Corners = readonly [number, number, number, number];

/** Edge k lies between corner k and the next one around the cell. */
type Edge = 0 | 1 | 2 | 3;

/** Pairs of edges that the line joins, by which corners lie above the level. */
function edgePairs(corners: Corners, level: number): readonly (readonly [Edge, Edge])[] {
  const above = corners.map(value => value > level);
  const crossed = ([0, 1, 2, 3] as const).filter(edge => above[edge] !== above[(edge + 1) % 4]);
  const [a, b, c, d] = crossed;
  if (a === undefined || b === undefined) return [];
  if (c === undefined || d === undefined) return [[a, b]];
  const centreAbove = corners.reduce((sum, value) => sum + value, 0) / 4 > level;
  // The line cuts off the corners that are unlike the centre: 1 and 3, or 0 and 2.
  return centreAbove === above[0]
    ? [
        [0, 1],
        [2, 3],
      ]
    : [
        [3, 0],
        [1, 2],
      ];
}

const cornerPlaces = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
] as const;

/** Where the level crosses an edge. */
function crossing(corners: Corners, edge: Edge, level: number, i: number, j: number): [number, number] {
  const next = ((edge + 1) % 4) as Edge;
  const [x1, y1] = cornerPlaces[edge];
  const [x2, y2] = cornerPlaces[next];
  const share = (level - corners[edge]) / (corners[next] - corners[edge]);
  return [i + x1 + share * (x2 - x1), j + y1 + share * (y2 - y1)];
}
