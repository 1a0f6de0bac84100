import { type MatrixUnit, subgroupThreads } from './operands';
import type { ProductBody, ProductCode, Reading } from './productTiles';

/** Subgroups of a workgroup, two beside and two below each other: each computes a quarter of the tile. */
const subgroups = 4;
const across = 2;

/** Devices load matrices whose rows begin at multiples of 16 bytes; 8 more numbers a row spread them over the memory's banks. */
const padding = 8;

/**
 * Tensor cores multiply: each subgroup's quarter of the tile is made of blocks of the device's own size, whose sums stay in its
 * registers. The tiles lie as the matrices are read, so that they are written in the order of memory: the device takes both
 * majors. How a block lies in the registers is the device's affair, so it goes through the workgroup's memory to be stored.
 */
export function matrixSums({
  tiling,
  left,
  right,
  unit,
  store,
}: ProductCode & { readonly unit: MatrixUnit }): ProductBody {
  const { slice } = tiling;
  const quarterRows = (tiling.rows * across) / subgroups;
  const quarterColumns = tiling.columns / across;
  const downBlocks = counting(quarterRows / unit.rows);
  const acrossBlocks = counting(quarterColumns / unit.columns);
  const blocks = downBlocks.flatMap(i => acrossBlocks.map(j => ({ i, j, name: `sum${i}_${j}` })));
  const numbers = unit.rows * unit.columns;
  const leftTile = tileOf('leftTile', left, tiling.rows, slice);
  const rightTile = tileOf('rightTile', right, tiling.columns, slice);
  const leftMatrix = `subgroup_matrix_left<f16, ${unit.depth}, ${unit.rows}>`;
  const rightMatrix = `subgroup_matrix_right<f16, ${unit.columns}, ${unit.depth}>`;
  return {
    threads: subgroups * subgroupThreads,
    attributes: unit.asksForSize ? `@subgroup_size(${subgroupThreads})` : '',
    builtins: ', @builtin(subgroup_id) subgroup: u32, @builtin(subgroup_invocation_id) lane: u32',
    tiles: `
var<workgroup> leftTile: array<f16, ${leftTile.length}>;
var<workgroup> rightTile: array<f16, ${rightTile.length}>;
var<workgroup> block: array<f32, ${subgroups * numbers}>;`,
    putLeft: leftTile.put,
    putRight: rightTile.put,
    begin: `
  let quarterRow = (subgroup / ${across}u) * ${quarterRows}u;
  let quarterColumn = (subgroup % ${across}u) * ${quarterColumns}u;
  ${blocks.map(({ name }) => `var ${name}: subgroup_matrix_result<f32, ${unit.columns}, ${unit.rows}>;`).join('\n  ')}`,
    add: `
    for (var k = 0u; k < ${slice}u; k += ${unit.depth}u) {
      ${downBlocks.map(i => `let left${i} = ${leftTile.load(leftMatrix, `quarterRow + ${i * unit.rows}u`, left.along === 'depth')};`).join('\n      ')}
      ${acrossBlocks.map(j => `let right${j} = ${rightTile.load(rightMatrix, `quarterColumn + ${j * unit.columns}u`, right.along === 'other')};`).join('\n      ')}
      ${blocks.map(({ i, j, name }) => `${name} = subgroupMatrixMultiplyAccumulate(left${i}, right${j}, ${name});`).join('\n      ')}
    }`,
    finish: blocks
      .map(
        ({ i, j, name }) => `
  subgroupMatrixStore<row_major>(&block, subgroup * ${numbers}u, ${name}, ${unit.columns}u);
  workgroupBarrier();
  for (var at = lane; at < ${numbers}u; at += ${subgroupThreads}u) {
    let row = firstRow + quarterRow + ${i * unit.rows}u + at / ${unit.columns}u;
    let column = firstColumn + quarterColumn + ${j * unit.columns}u + at % ${unit.columns}u;
    if (row < rows && column < columns) { let value = block[subgroup * ${numbers}u + at]; ${store} }
  }
  workgroupBarrier();`,
      )
      .join(''),
  };
}

const counting = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** A tile of the workgroup's memory: [other][depth] where the matrix is read along the depth, else [depth][other]. */
function tileOf(name: string, { along }: Reading, others: number, slice: number) {
  const [slow, fast] = along === 'depth' ? [others, slice] : [slice, others];
  const stride = fast + padding;
  const placeOf = (other: string, depth: string) =>
    along === 'depth' ? `(${other}) * ${stride}u + ${depth}` : `${depth} * ${stride}u + ${other}`;
  return {
    length: slow * stride,
    put: (other: string, depth: string) =>
      ['x', 'y', 'z', 'w']
        .map((axis, i) => `${name}[${placeOf(other, depth)} + ${i}u] = number.${axis};`)
        .join(' '),
    load: (matrix: string, other: string, rowMajor: boolean) =>
      `subgroupMatrixLoad<${matrix}, ${rowMajor ? 'row' : 'col'}_major>(&${name}, ${placeOf(other, 'k')}, ${stride}u)`,
  };
}
