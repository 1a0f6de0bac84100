import type { ProductBody, ProductCode, Tiling } from './productTiles';

/**
 * Each thread adds the products of a small block of its own: `threadRows` x 4 sums that stay in registers, so that a number read
 * from the workgroup's memory is used `threadRows` or 4 times. Each slice is summed apart and then added to the others, so that
 * rounding grows with the slices and not with the depth. Threads are laid out as (rows / threadRows) x (columns / 4).
 */
export function registerSums({ tiling, operands, store }: ProductCode): ProductBody {
  const { rows, columns, slice, threadRows } = tiling;
  const { element } = operands;
  const leftStride = rows + padding;
  const sums = Array.from({ length: threadRows }, (_, i) => i);
  const float = (number: string) => (element === 'f16' ? `f32(${number})` : number);
  const right = [0, 1, 2, 3].map(i => float(`rightTile[at + ${i}u]`));
  return {
    threads: threadsOf(tiling),
    tiles: `
var<workgroup> leftTile: array<${element}, ${slice * leftStride}>;
var<workgroup> rightTile: array<${element}, ${slice * columns}>;`,
    leftAt: (row, depth) => `leftTile[${depth} * ${leftStride}u + ${row}]`,
    rightAt: (column, depth) => `rightTile[${depth} * ${columns}u + ${column}]`,
    begin: `
  let threadRow = (thread / ${columns / 4}u) * ${threadRows}u;
  let threadColumn = (thread % ${columns / 4}u) * 4u;
  ${sums.map(i => `var sum${i} = vec4f();`).join(' ')}`,
    add: `
    ${sums.map(i => `var part${i} = vec4f();`).join(' ')}
    for (var k = 0u; k < ${slice}u; k++) {
      let at = k * ${columns}u + threadColumn;
      let right = vec4f(${right.join(', ')});
      let base = k * ${leftStride}u + threadRow;
      ${sums.map(i => `part${i} = fma(vec4f(${float(`leftTile[base + ${i}u]`)}), right, part${i});`).join('\n      ')}
    }
    ${sums.map(i => `sum${i} += part${i};`).join(' ')}`,
    finish: `
  for (var j = 0u; j < 4u; j++) {
    let column = firstColumn + threadColumn + j;
    if (column >= columns) { break; }
    ${sums.map(i => `{ let row = firstRow + threadRow + ${i}u; if (row < rows) { let value = sum${i}[j]; ${store} } }`).join('\n    ')}
  }`,
  };
}

const threadsOf = ({ rows, columns, threadRows }: Tiling): number => (rows / threadRows) * (columns / 4);

/** The left tile lies as [depth][row]; rows of 4 more than the tile's spread the writes over the memory's banks. */
const padding = 4;
