import type { Extent, Pyramid } from './pyramid';

/** First index of ascending `values` that is not less than `limit`, between `from` and `to`. */
export function lowerBound(values: ArrayLike<number>, limit: number, from = 0, to = values.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rows that fall on each column of pixels: column p shows rows `edges[p]` to `edges[p + 1]` (exclusive). */
export interface PixelColumns {
  /** First row in view and the one after the last, each with a neighbour outside so that lines leave the view. */
  readonly from: number;
  readonly to: number;
  /** Undefined where there are so few rows that each is drawn. */
  readonly edges: Uint32Array | undefined;
}

/**
 * Spreads rows over columns of pixels.
 * @param xs ascending
 * @param min value at the left edge of column 0
 * @param max value at the right edge of the last column
 */
export function pixelColumns(xs: ArrayLike<number>, min: number, max: number, width: number): PixelColumns {
  const rows = xs.length;
  const first = lowerBound(xs, min);
  const last = lowerBound(xs, max, first);
  const from = Math.max(0, first - 1);
  const to = Math.min(rows, last + 1);
  if (to - from <= 4 * width) return { from, to, edges: undefined };
  const edges = new Uint32Array(width + 1);
  let row = first;
  for (let column = 0; column < width; column++) {
    row = lowerBound(xs, min + ((max - min) * column) / width, row, to);
    edges[column] = row;
  }
  edges[width] = Math.min(rows, last + 1);
  return { from, to, edges };
}

/** A line as points in data coordinates; a gap is a point whose y is NaN. */
export interface Line {
  readonly x: Float64Array;
  readonly y: Float32Array;
  length: number;
}

/**
 * The points that draw what all rows would draw: first, least, greatest and last of each column of pixels (M4, Jugel et
 * al., VLDB 2014). Every value is one of the raw ones; nothing is averaged.
 */
export function decimate(
  xs: ArrayLike<number>,
  values: Float32Array,
  pyramid: Pyramid,
  { from, to, edges }: PixelColumns,
): Line {
  if (!edges) {
    const length = to - from;
    const line = { x: new Float64Array(length), y: new Float32Array(length), length };
    for (let i = 0; i < length; i++) {
      line.x[i] = xs[from + i] as number;
      line.y[i] = values[from + i] as number;
    }
    return line;
  }
  const capacity = 4 * (edges.length - 1);
  const line: Line = { x: new Float64Array(capacity), y: new Float32Array(capacity), length: 0 };
  const extent: Extent = { least: 0, greatest: 0 };
  for (let column = 0; column + 1 < edges.length; column++) {
    const start = edges[column] as number;
    const end = edges[column + 1] as number;
    if (start >= end) continue;
    const x = xs[start] as number;
    if (end - start === 1) {
      put(line, x, values[start] as number);
      continue;
    }
    pyramid.measure(values, start, end, extent);
    if (extent.least > extent.greatest) {
      put(line, x, Number.NaN);
      continue;
    }
    put(line, x, values[start] as number);
    put(line, x, extent.least);
    put(line, x, extent.greatest);
    put(line, x, values[end - 1] as number);
  }
  return line;
}

function put(line: Line, x: number, y: number): void {
  line.x[line.length] = x;
  line.y[line.length] = y;
  line.length += 1;
}
