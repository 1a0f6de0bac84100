/**
 * A matrix product [rows, depth] x [depth, columns] cut into tiles, for convolutions whose matrices exist only as formulas.
 *
 * A workgroup computes a tile of `rows` x `columns` results. For each slice of `slice` along the depth its threads bring the
 * slice of both matrices into the workgroup's memory, every number once, and then each thread adds the products of its own
 * small block: `threadRows` x 4 sums that stay in registers, so that a number read from the workgroup's memory is used
 * `threadRows` or 4 times. Each slice is summed apart and then added to the others, so that rounding grows with the slices and
 * not with the depth. Threads are laid out as (rows / threadRows) x (columns / 4).
 */
export interface Tiling {
  readonly rows: number;
  readonly columns: number;
  readonly slice: number;
  readonly threadRows: number;
}

/** 256 threads with 8 x 4 sums each: 12 numbers are read for 32 multiply-adds. 13 KB of the workgroup's memory. */
const large: Tiling = { rows: 128, columns: 64, slice: 16, threadRows: 8 };
/** 64 threads with 4 x 4 sums each: for products that would keep too few workgroups busy otherwise. */
const small: Tiling = { rows: 32, columns: 32, slice: 16, threadRows: 4 };

/** So many workgroups keep a large GPU busy: twice the processors of an H100. */
export const busyWorkgroups = 264;

/** `repetitions`: products of this size that run beside each other. */
export function tilingFor(rows: number, columns: number, repetitions = 1): Tiling {
  const workgroups = Math.ceil(rows / large.rows) * Math.ceil(columns / large.columns) * repetitions;
  return workgroups >= busyWorkgroups && columns > 32 ? large : small;
}

export const threadsOf = ({ rows, columns, threadRows }: Tiling): number =>
  (rows / threadRows) * (columns / 4);

/** How a matrix is read: along which axis numbers lie beside each other in memory, and whether four come at a time. */
export interface Reading {
  readonly along: 'depth' | 'other';
  readonly vector: boolean;
}

export interface ProductCode {
  readonly tiling: Tiling;
  readonly left: Reading;
  readonly right: Reading;
  /** Left matrix at (row, depth), four numbers along the reading's axis if it is a vector; not called outside of the matrix. */
  readonly loadLeft: string;
  /** Right matrix at (depth, column). */
  readonly loadRight: string;
  /** Expressions for the bounds of the matrices, constant within a workgroup. */
  readonly rows: string;
  readonly columns: string;
  /** First and last (exclusive) depth of this workgroup. */
  readonly begin: string;
  readonly end: string;
  /** Statement that stores `value` at `row`, `column`. */
  readonly store: string;
  /** Statements before the loop. */
  readonly prologue?: string;
  /** Functions and constants of the module. */
  readonly declarations: string;
}

/** The left tile lies as [depth][row]; rows of 4 more than the tile's spread the writes over the memory's banks. */
const padding = 4;

/** The program. Workgroup x counts tiles of rows, y tiles of columns; z is free. */
export function productCode(code: ProductCode): string {
  const { tiling, prologue = '', declarations } = code;
  const { rows, columns, slice, threadRows } = tiling;
  const threads = threadsOf(tiling);
  const leftStride = rows + padding;
  const sums = Array.from({ length: threadRows }, (_, i) => i);
  return `
${declarations}
var<workgroup> leftTile: array<f32, ${slice * leftStride}>;
var<workgroup> rightTile: array<f32, ${slice * columns}>;

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  ${prologue}
  let firstRow = group.x * ${rows}u;
  let firstColumn = group.y * ${columns}u;
  let rows = ${code.rows};
  let columns = ${code.columns};
  let begin = ${code.begin};
  let end = ${code.end};
  let threadRow = (thread / ${columns / 4}u) * ${threadRows}u;
  let threadColumn = (thread % ${columns / 4}u) * 4u;
  ${sums.map(i => `var sum${i} = vec4f();`).join(' ')}
  for (var slice = begin; slice < end; slice += ${slice}u) {
    ${fill('left', code.left, rows, tiling, code.loadLeft)}
    ${fill('right', code.right, columns, tiling, code.loadRight)}
    workgroupBarrier();
    ${sums.map(i => `var part${i} = vec4f();`).join(' ')}
    for (var k = 0u; k < ${slice}u; k++) {
      let at = k * ${columns}u + threadColumn;
      let right = vec4f(rightTile[at], rightTile[at + 1u], rightTile[at + 2u], rightTile[at + 3u]);
      let base = k * ${leftStride}u + threadRow;
      ${sums.map(i => `part${i} = fma(vec4f(leftTile[base + ${i}u]), right, part${i});`).join('\n      ')}
    }
    ${sums.map(i => `sum${i} += part${i};`).join(' ')}
    workgroupBarrier();
  }
  for (var j = 0u; j < 4u; j++) {
    let column = firstColumn + threadColumn + j;
    if (column >= columns) { break; }
    ${sums.map(i => `{ let row = firstRow + threadRow + ${i}u; if (row < rows) { let value = sum${i}[j]; ${code.store} } }`).join('\n    ')}
  }
}`;
}

/** Statements that bring a slice of a matrix into the workgroup's memory, with zeros outside of the matrix. */
function fill(
  which: 'left' | 'right',
  { along, vector }: Reading,
  others: number,
  tiling: Tiling,
  load: string,
): string {
  const threads = threadsOf(tiling);
  const { slice } = tiling;
  const width = vector ? 4 : 1;
  const fastest = (along === 'depth' ? slice : others) / width;
  const pieces = (slice * others) / width;
  const stride = which === 'left' ? others + padding : others;
  const [first, bound] = which === 'left' ? ['firstRow', 'rows'] : ['firstColumn', 'columns'];
  const position = (other: string, depth: string) => `${which}Tile[${depth} * ${stride}u + ${other}]`;
  const parts = vector
    ? ['x', 'y', 'z', 'w'].map((axis, i) =>
        along === 'depth'
          ? `${position('o', `(d + ${i}u)`)} = value.${axis};`
          : `${position(`(o + ${i}u)`, 'd')} = value.${axis};`,
      )
    : [`${position('o', 'd')} = value;`];
  const indices =
    along === 'depth'
      ? `let d = (piece % ${fastest}u) * ${width}u; let o = piece / ${fastest}u;`
      : `let o = (piece % ${fastest}u) * ${width}u; let d = piece / ${fastest}u;`;
  return `for (var piece = thread; piece < ${pieces}u; piece += ${threads}u) {
      ${indices}
      let depth = slice + d;
      let ${which === 'left' ? 'row' : 'column'} = ${first} + o;
      var value = ${vector ? 'vec4f()' : '0.0'};
      if (depth < end && ${first} + o < ${bound}) { value = ${load}; }
      ${parts.join(' ')}
    }`;
}

/** Element type of an array that is read so. */
export const elementOf = ({ vector }: Reading): 'vec4f' | 'f32' => (vector ? 'vec4f' : 'f32');
