const known = new Map<string, Float32Array>();

/**
 * The l2 Square attack's bump on a square window of unit Euclidean norm: a positive bump above and a negative one below,
 * or transposed, left and right. [side * side], row-major. Source: Andriushchenko et al., ECCV 2020, section 3.3.
 */
export function twoHalves(side: number, isTransposed: boolean): Float32Array {
  const name = `${side} ${isTransposed}`;
  const before = known.get(name);
  if (before) return before;
  const upperRows = side >> 1;
  const upper = pyramid(upperRows, side);
  const lower = pyramid(side - upperRows, side);
  const values = normalised([...upper, ...lower.map(value => -value)]);
  const bump = Float32Array.from({ length: side * side }, (_, i) => {
    const [y, x] = [Math.floor(i / side), i % side];
    return values[isTransposed ? x * side + y : i] ?? 0;
  });
  known.set(name, bump);
  return bump;
}

/** Concentric squares, ring r around the middle adding 1 / (r + 1)^2 to all it holds; of unit norm. */
function pyramid(rows: number, columns: number): number[] {
  const values = new Array<number>(rows * columns).fill(0);
  const [middleRow, middleColumn] = [rows >> 1, columns >> 1];
  const rings = Math.max(middleRow, middleColumn) + 1;
  for (let ring = 0; ring < rings; ring++) {
    const [top, left] = [middleRow - ring, middleColumn - ring];
    for (let y = Math.max(top, 0); y < Math.min(top + 2 * ring + 1, rows); y++) {
      for (let x = Math.max(left, 0); x < Math.min(left + 2 * ring + 1, columns); x++) {
        values[y * columns + x] = (values[y * columns + x] ?? 0) + 1 / (ring + 1) ** 2;
      }
    }
  }
  return normalised(values);
}

function normalised(values: readonly number[]): number[] {
  const size = Math.sqrt(values.reduce((total, value) => total + value * value, 0));
  return values.map(value => (size > 0 ? value / size : 0));
}
