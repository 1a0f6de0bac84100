import { matrixSums } from './matrixSums';
import { extensionsOf, type Operands, stored, storingFunctions } from './operands';
import { registerSums } from './registerSums';

/**
 * A matrix product [rows, depth] x [depth, columns] cut into tiles, for convolutions whose matrices exist only as formulas.
 *
 * A workgroup computes a tile of `rows` x `columns` results. For each slice of `slice` along the depth its threads bring the
 * slice of both matrices into the workgroup's memory, every number once; then they multiply what lies there, each thread for
 * itself (`registerSums.ts`) or, where the device has tensor cores, subgroups together (`matrixSums.ts`).
 */
export interface Tiling {
  readonly rows: number;
  readonly columns: number;
  readonly slice: number;
  /** Rows of a thread's own block, where threads multiply for themselves. */
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

/** How a matrix is read: along which axis numbers lie beside each other in memory, and whether four come at a time. */
export interface Reading {
  readonly along: 'depth' | 'other';
  readonly vector: boolean;
}

export interface ProductCode {
  readonly tiling: Tiling;
  readonly operands: Operands;
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

/** How a slice that lies in the workgroup's memory is multiplied. */
export interface ProductBody {
  readonly threads: number;
  /** Of the entry point, and its further parameters. */
  readonly attributes?: string;
  readonly builtins?: string;
  /** Declarations of the workgroup's memory. */
  readonly tiles: string;
  /** Statements that put `number`, four numbers along the reading's axis, where the first is at a place of the tile. */
  putLeft(row: string, depth: string): string;
  putRight(column: string, depth: string): string;
  /** Statements before the slices, for each of them, and behind them. */
  readonly begin: string;
  readonly add: string;
  readonly finish: string;
}

/** The program. Workgroup x counts tiles of rows, y tiles of columns; z is free. */
export function productCode(code: ProductCode): {
  readonly code: string;
  readonly enable: readonly string[];
} {
  const { tiling, operands, prologue = '', declarations } = code;
  const { unit } = operands;
  const body = unit ? matrixSums({ ...code, unit }) : registerSums(code);
  const text = `
${declarations}${storingFunctions(operands)}${body.tiles}

@compute @workgroup_size(${body.threads}) ${body.attributes ?? ''}
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32${body.builtins ?? ''}) {
  ${prologue}
  let firstRow = group.x * ${tiling.rows}u;
  let firstColumn = group.y * ${tiling.columns}u;
  let rows = ${code.rows};
  let columns = ${code.columns};
  let begin = ${code.begin};
  let end = ${code.end};${body.begin}
  for (var slice = begin; slice < end; slice += ${tiling.slice}u) {
    ${fill('left', code, body)}
    ${fill('right', code, body)}
    workgroupBarrier();${body.add}
    workgroupBarrier();
  }${body.finish}
}`;
  return { code: text, enable: extensionsOf(operands) };
}

/**
 * Statements that bring a slice of a matrix into the workgroup's memory, with zeros outside of the matrix. Threads take four
 * numbers beside each other in memory at a time, also where those have to be read one by one.
 */
function fill(
  which: 'left' | 'right',
  code: ProductCode,
  { threads, putLeft, putRight }: ProductBody,
): string {
  const { tiling, operands } = code;
  const { slice } = tiling;
  const isLeft = which === 'left';
  const { along, vector } = code[which];
  const others = isLeft ? tiling.rows : tiling.columns;
  const [other, first, bound] = isLeft ? ['row', 'firstRow', 'rows'] : ['column', 'firstColumn', 'columns'];
  const load = isLeft ? code.loadLeft : code.loadRight;
  const pieces = (slice * others) / 4;
  const fastest = (along === 'depth' ? slice : others) / 4;
  const [fast, slow] = along === 'depth' ? ['d', 'o'] : ['o', 'd'];
  const next = (i: number) => (i === 0 ? '' : ` + ${i}u`);
  const bring = (place: string, i: number) => `{
        let depth = slice + d${along === 'depth' ? next(i) : ''};
        let ${other} = ${first} + o${along === 'depth' ? '' : next(i)};
        if (depth < end && ${other} < ${bound}) { ${place} = ${load}; }
      }`;
  const brought = vector
    ? bring('value', 0)
    : ['x', 'y', 'z', 'w'].map((axis, i) => bring(`value.${axis}`, i)).join('\n      ');
  return `for (var piece = thread; piece < ${pieces}u; piece += ${threads}u) {
      let ${fast} = (piece % ${fastest}u) * 4u;
      let ${slow} = piece / ${fastest}u;
      var value = vec4f();
      ${brought}
      let number = ${stored('value', operands)};
      ${(isLeft ? putLeft : putRight)('o', 'd')}
    }`;
}

/** Element type of an array that is read so. */
export const elementOf = ({ vector }: Reading): 'vec4f' | 'f32' => (vector ? 'vec4f' : 'f32');
