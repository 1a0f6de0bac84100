import type { ProductBody, ProductCode, Reading, Tiling } from './productTiles';

/**
 * Each thread adds the products of a small block of its own: `threadRows` x 4 sums that stay in registers, so that a number read
 * from the workgroup's memory is used `threadRows` or 4 times. Each slice is summed apart and then added to the others, so that
 * rounding grows with the slices and not with the depth. Threads are laid out as (rows / threadRows) x (columns / 4).
 *
 * The tiles consist of vectors of four, for a GPU's memory of the workgroup hands out 16 bytes nearly as fast as 4, and twelve
 * numbers for 32 multiply-adds would keep it busier than the arithmetic.
 */
export function registerSums({ tiling, operands, left, right, store }: ProductCode): ProductBody {
  const { slice, threadRows } = tiling;
  const isHalf = operands.element === 'f16';
  const inRegisters = (vector: string) => (isHalf ? `vec4f(${vector})` : vector);
  const across = tiling.columns / 4;
  const rows = side('left', 'threadRow', left, tiling.rows, threadRows, slice);
  const columns = side('right', 'threadColumn', right, tiling.columns, 4, slice);
  const vector = isHalf ? 'vec4h' : 'vec4f';
  const sums = counting(threadRows);
  const multiplied = counting(4).flatMap(step => [
    `let factor${step} = vec4f(${counting(4).map(j => columns.number(j, step))});`,
    ...sums.map(i => `part${i} = fma(vec4f(${rows.number(i, step)}), factor${step}, part${i});`),
  ]);
  return {
    threads: threadsOf(tiling),
    tiles: `
var<workgroup> leftTile: array<${vector}, ${rows.length}>;
var<workgroup> rightTile: array<${vector}, ${columns.length}>;`,
    putLeft: (row, depth) => `${rows.at(row, depth)} = number;`,
    putRight: (column, depth) => `${columns.at(column, depth)} = number;`,
    begin: `
  let threadRow = thread / ${across}u;
  let threadColumn = thread % ${across}u;
  ${sums.map(i => `var sum${i} = vec4f();`).join(' ')}`,
    add: `
    ${sums.map(i => `var part${i} = vec4f();`).join(' ')}
    for (var k = 0u; k < ${slice}u; k += 4u) {
      ${[...rows.loads, ...columns.loads].map(({ name, from }) => `let ${name} = ${inRegisters(from)};`).join('\n      ')}
      ${multiplied.join('\n      ')}
    }
    ${sums.map(i => `sum${i} += part${i};`).join(' ')}`,
    finish: counting(4)
      .map(
        j => `
  { let column = firstColumn + ${columns.placeOf(j)};
    if (column < columns) {
      ${sums.map(i => `{ let row = firstRow + ${rows.placeOf(i)}; if (row < rows) { let value = sum${i}.${axes[j]}; ${store} } }`).join('\n      ')}
    }
  }`,
      )
      .join(''),
  };
}

const threadsOf = ({ rows, columns, threadRows }: Tiling): number => (rows / threadRows) * (columns / 4);

const counting = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const axes = ['x', 'y', 'z', 'w'] as const;

/** One matrix of the product: its tile, and what of it a thread has in registers for four steps of the depth, from `k` on. */
interface Side {
  /** Vectors of the tile. */
  readonly length: number;
  /** The vector at a row or column and a depth. */
  at(other: string, depth: string): string;
  /** Row or column of the thread's `i`-th one within the tile. */
  placeOf(i: number): string;
  readonly loads: readonly { readonly name: string; readonly from: string }[];
  /** The thread's `i`-th row or column at depth k + `step`, from what was loaded. */
  number(i: number, step: number): string;
}

/** `others`: rows or columns of the tile, of which `thread` has `own`. */
function side(
  name: string,
  thread: string,
  { along }: Reading,
  others: number,
  own: number,
  slice: number,
): Side {
  const threads = others / own;
  if (along === 'depth') {
    // [other][depth / 4], a vector longer than needed, and neighbouring threads at neighbouring places: so they meet different banks.
    const stride = slice / 4 + 1;
    const at = (other: string, depth: string) => `${name}Tile[(${other}) * ${stride}u + (${depth}) / 4u]`;
    const placeOf = (i: number) => `${thread} + ${i * threads}u`;
    return {
      length: others * stride,
      at,
      placeOf,
      loads: counting(own).map(i => ({ name: `${name}${i}`, from: at(placeOf(i), 'k') })),
      number: (i, step) => `${name}${i}.${axes[step]}`,
    };
  }
  // [depth][other / 4]
  const stride = others / 4;
  const at = (other: string, depth: string) => `${name}Tile[(${depth}) * ${stride}u + (${other}) / 4u]`;
  const placeOf = (i: number) => `(${thread} + ${Math.floor(i / 4) * threads}u) * 4u + ${i % 4}u`;
  return {
    length: slice * stride,
    at,
    placeOf,
    loads: counting(4).flatMap(step =>
      counting(own / 4).map(block => ({
        name: `${name}${step}_${block}`,
        from: at(placeOf(4 * block), `k + ${step}u`),
      })),
    ),
    number: (i, step) => `${name}${step}_${Math.floor(i / 4)}.${axes[i % 4]}`,
  };
}
