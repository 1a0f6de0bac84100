/** Pixels of a tile by its columns: as many sums as 16 registers of 256 bits hold beside the weights. */
export const pixelsOfDots: readonly number[] = [6, 4, 3];

/**
 * Products with so few columns that a panel of 16 would be mostly empty (`kernels/fewColumns.ts`): dot products of several
 * pixels, over pairs of vectors. The parts of a sum are stored, for only what is stored in pairs does V8's revectorizer pack.
 */
export function dotTiles(): string {
  const tiles = pixelsOfDots.flatMap((most, i) => [dotTile(1, i + 1), dotTile(most, i + 1)]);
  return ["import { multiplyAdd } from '../multiplyAdd';", ...tiles].join('\n\n');
}

/** One pixel's parts are two vectors, for each of the columns. */
function dotTile(pixels: number, columns: number): string {
  const pixel = upTo(pixels);
  const column = upTo(columns);
  const halves = [0, 1];
  const sums = pixel.flatMap(p => column.flatMap(c => halves.map(h => `sum${p}_${c}_${h}`)));
  return `/**
 * parts[${pixels}][${columns}][8]: eight part sums of the dot product of ${pixels === 1 ? 'a pixel' : `${pixels} neighbouring pixels`} with each of the weights
 * [rows][${columns}][count]; count is a multiple of 8.
 */
export function dots${pixels}By${columns}(
  left: usize, pixel: usize, leftRow: usize, rows: i32, count: i32, weights: usize, parts: usize,
): void {
${sums.map(name => `  let ${name} = f32x4.splat(0);`).join('\n')}
  for (; rows > 0; rows--) {
${pixel.map(p => `    let left${p} = left + ${p} * pixel;`).join('\n')}
${column.map(c => `    let weight${c} = weights + <usize>(${4 * c} * count);`).join('\n')}
    for (let k = count; k > 0; k -= 8) {
${column.flatMap(c => halves.map(h => `      const w${c}_${h} = v128.load(weight${c}, ${16 * h});`)).join('\n')}
${pixel
  .flatMap(p => [
    ...halves.map(h => `      const x${p}_${h} = v128.load(left${p}, ${16 * h});`),
    ...column.flatMap(c =>
      halves.map(h => `      sum${p}_${c}_${h} = multiplyAdd(x${p}_${h}, w${c}_${h}, sum${p}_${c}_${h});`),
    ),
    `      left${p} += 32;`,
  ])
  .join('\n')}
${column.map(c => `      weight${c} += 32;`).join('\n')}
    }
    left += leftRow;
    weights += <usize>(${4 * columns} * count);
  }
${pixel
  .flatMap(p =>
    column.flatMap(c =>
      [1, 0].map(h => `  v128.store(parts, sum${p}_${c}_${h}, ${32 * (p * columns + c) + 16 * h});`),
    ),
  )
  .join('\n')}
}`;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
