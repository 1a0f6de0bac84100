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
  readonly edges: Uint32Array<ArrayBuffer> | undefined;
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
  readonly length: number;
  /** Four points for each column of pixels: first, least, greatest, last. Otherwise a point is a row. */
  readonly isDense: boolean;
}

/**
 * The points that draw what all rows would draw: each row, or first, least, greatest and last of each column of pixels
 * (M4, Jugel et al., VLDB 2014). Every value is one of the raw ones; nothing is averaged.
 *
 * Belongs to one growing column of values: when rows have come and the view is the same, only the last columns of pixels
 * are made anew.
 */
export class Decimation {
  #edges = new Uint32Array(0);
  /** Points before each column of pixels; a column without rows has none. */
  #pointsBefore = new Uint32Array(1);
  #x = new Float64Array(0);
  #y = new Float32Array(0);
  readonly #extent: Extent = { least: 0, greatest: 0 };

  lineOf(
    xs: ArrayLike<number>,
    values: Float32Array,
    pyramid: Pyramid,
    { from, to, edges }: PixelColumns,
  ): Line {
    if (!edges) {
      const length = to - from;
      const x = new Float64Array(length);
      for (let i = 0; i < length; i++) x[i] = xs[from + i] as number;
      return { x, y: values.slice(from, to), length, isDense: false };
    }
    const columns = edges.length - 1;
    const kept = this.#keptColumns(edges);
    let points = this.#pointsBefore[kept] as number;
    for (let column = kept; column < columns; column++) {
      const start = edges[column] as number;
      const end = edges[column + 1] as number;
      this.#pointsBefore[column] = points;
      if (start >= end) continue;
      this.#put(points, xs[start] as number, values, pyramid, start, end);
      points += 4;
    }
    this.#pointsBefore[columns] = points;
    this.#edges = edges;
    return { x: this.#x, y: this.#y, length: points, isDense: true };
  }

  /** How many columns of pixels have the rows they had before. */
  #keptColumns(edges: Uint32Array<ArrayBuffer>): number {
    if (edges.length !== this.#edges.length) {
      this.#pointsBefore = new Uint32Array(edges.length);
      this.#x = new Float64Array(4 * edges.length);
      this.#y = new Float32Array(4 * edges.length);
      return 0;
    }
    let same = 0;
    while (same < edges.length && edges[same] === this.#edges[same]) same += 1;
    return Math.max(0, same - 1);
  }

  #put(point: number, x: number, values: Float32Array, pyramid: Pyramid, start: number, end: number): void {
    pyramid.measure(values, start, end, this.#extent);
    const { least, greatest } = this.#extent;
    const isGap = least > greatest;
    this.#x.fill(x, point, point + 4);
    this.#y[point] = isGap ? Number.NaN : nearestFinite(values, start, end, 1);
    this.#y[point + 1] = isGap ? Number.NaN : least;
    this.#y[point + 2] = isGap ? Number.NaN : greatest;
    this.#y[point + 3] = isGap ? Number.NaN : nearestFinite(values, end - 1, start - 1, -1);
  }
}

/** The first finite value from `start` on towards `end` (exclusive), where there is one. */
function nearestFinite(values: Float32Array, start: number, end: number, direction: 1 | -1): number {
  for (let i = start; i !== end; i += direction) {
    const value = values[i] as number;
    if (Number.isFinite(value)) return value;
  }
  return Number.NaN;
}

/** One point for each column of pixels of a dense line, in the middle between its least and greatest value. */
export function middleLine(line: Line): Line {
  if (!line.isDense) return line;
  const length = line.length / 4;
  const x = new Float64Array(length);
  const y = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    x[i] = line.x[4 * i] as number;
    y[i] = ((line.y[4 * i + 1] as number) + (line.y[4 * i + 2] as number)) / 2;
  }
  return { x, y, length, isDense: false };
}
