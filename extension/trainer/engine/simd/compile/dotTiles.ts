/** Pixels of a tile by its columns: as many sums as 16 registers hold beside the weights. */
const pixelsOfDots: readonly number[] = [6, 4, 3];

/**
 * Products with so few columns that a panel of 16 would be mostly empty (`kernels/fewColumns.ts`): dot products of several
 * pixels, over pairs of vectors; or over one vector of each pair, for registers of 128 bits do not hold the sums of both. The
 * parts of a sum are stored, for only what is stored in pairs does V8's revectorizer pack.
 */
export function dotTiles(): string {
  const tiles = pixelsOfDots.flatMap((most, i) =>
    [1, most].flatMap(pixels => [2, 1].map(vectors => dotTile(pixels, i + 1, vectors))),
  );
  return [
    "import { multiplyAdd } from '../multiplyAdd';",
    ...tiles,
    choice(2),
    choice(1),
    pixelsOfTile(),
  ].join('\n\n');
}

const nameOf = (vectors: number): string => (vectors === 1 ? 'halfDots' : 'dots');

/** Chooses among the tiles: one pixel, or as many neighbours in a row as the registers have room for. */
function choice(vectors: number): string {
  const name = nameOf(vectors);
  const call = (pixels: number, columns: number) =>
    `${name}${pixels}By${columns}(left, pixel, leftRow, rows, count, weights, parts);`;
  const [one, two, three] = pixelsOfDots.map(
    (most, i) => `{
    if (tile) ${call(most, i + 1)}
    else ${call(1, i + 1)}
  }`,
  );
  return `/** Part sums of one pixel, or of \`pixelsOfTile\` neighbours in a row${vectors === 1 ? ', of one vector in two of them' : ''}. */
export function ${name}(
  tile: bool, columns: i32, left: usize, pixel: usize, leftRow: usize, rows: i32, count: i32, weights: usize, parts: usize,
): void {
  if (columns === 3) ${three} else if (columns === 2) ${two} else ${one}
}`;
}

function pixelsOfTile(): string {
  const [one, two, three] = pixelsOfDots;
  return `export function pixelsOfTile(columns: i32): i32 {
  return columns === 1 ? ${one} : columns === 2 ? ${two} : ${three};
}`;
}

/** `vectors` of the two in eight numbers. */
function dotTile(pixels: number, columns: number, vectors: number): string {
  const pixel = upTo(pixels);
  const column = upTo(columns);
  const vector = upTo(vectors);
  const sums = pixel.flatMap(p => column.flatMap(c => vector.map(v => `sum${p}_${c}_${v}`)));
  return `/**
 * parts[${pixels}][${columns}][${4 * vectors} of 8]: part sums of the dot product of ${pixels === 1 ? 'a pixel' : `${pixels} neighbouring pixels`} with each of the weights
 * [rows][${columns}][count]; count is a multiple of 8.
 */
function ${nameOf(vectors)}${pixels}By${columns}(
  left: usize, pixel: usize, leftRow: usize, rows: i32, count: i32, weights: usize, parts: usize,
): void {
${sums.map(name => `  let ${name} = f32x4.splat(0);`).join('\n')}
  for (; rows > 0; rows--) {
${pixel.map(p => `    let left${p} = left + ${p} * pixel;`).join('\n')}
${column.map(c => `    let weight${c} = weights + <usize>(${4 * c} * count);`).join('\n')}
    for (let k = count; k > 0; k -= 8) {
${column.flatMap(c => vector.map(v => `      const w${c}_${v} = v128.load(weight${c}, ${16 * v});`)).join('\n')}
${pixel
  .flatMap(p => [
    ...vector.map(v => `      const x${p}_${v} = v128.load(left${p}, ${16 * v});`),
    ...column.flatMap(c =>
      vector.map(v => `      sum${p}_${c}_${v} = multiplyAdd(x${p}_${v}, w${c}_${v}, sum${p}_${c}_${v});`),
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
      vector
        .toReversed()
        .map(v => `  v128.store(parts, sum${p}_${c}_${v}, ${32 * (p * columns + c) + 16 * v});`),
    ),
  )
  .join('\n')}
}`;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
