/** Columns of a packed panel. */
const panelColumns = 16;

/** Rows of the largest register tile: 6 x 16 sums, two vectors of the panel and one splat fill 15 registers of 256 bits. */
const mostRows = 6;

/**
 * A way to go through a panel. Whole panels suit registers of 256 bits, which V8's revectorizer makes of pairs, and the 32
 * registers of ARM; on x64 without it their sums would not fit in registers, and half a panel at a time does.
 */
interface Width {
  readonly name: string;
  /** 128-bit vectors of a row. */
  readonly vectors: number;
}

const widths: readonly Width[] = [
  { name: 'Panel', vectors: 4 },
  { name: 'HalfPanel', vectors: 2 },
];

/**
 * Products of register tiles for `kernels/gemm.ts`. V8's revectorizer packs neighbouring pairs of 128-bit instructions only
 * where no branch lies between the sums' beginning and the loop: so each tile has a version that starts with zeros and one
 * that adds to what is there. One step of the depth a turn: V8 would gather the loads of several, and run out of registers.
 */
export function registerTiles(): string {
  const text = ["import { multiplyAdd } from '../multiplyAdd';"];
  for (const width of widths) {
    for (const adds of [false, true]) {
      for (const kind of [rowsTimes, columnsTimes]) {
        const tiles = upTo(mostRows).map(i => kind(i + 1, width, adds));
        text.push(...tiles.map(({ text }) => text), choice(tiles, kind === rowsTimes, width, adds));
      }
    }
  }
  return text.join('\n\n');
}

/** A generated function. */
interface Tile {
  readonly name: string;
  readonly text: string;
}

const rowsParameters = ['left', 'leftStride', 'panel', 'depth', 'product', 'productStride'];
const columnsParameters = ['left', 'panel', 'depth', 'product', 'productStride'];

/** product[rows][width] (+)= left[rows][depth] panel[depth][width]; left has its own row stride. */
function rowsTimes(rows: number, width: Width, adds: boolean): Tile {
  const row = upTo(rows);
  const name = `rows${rows}Times${width.name}${adds ? 'Added' : ''}`;
  const text = `/** product[${rows}][${4 * width.vectors}] ${adds ? '+=' : '='} left[${rows}][depth] panel[depth][${4 * width.vectors} of 16]. */
function ${name}(${declare(rowsParameters)}): void {
${lines(row.map(i => `let left${i} = left + ${i} * leftStride;`))}
${lines(beginSums(rows, width, adds))}
  for (; depth > 0; depth--) {
${lines(
  step(rows, width, i => `left${i}, 0`),
  4,
)}
    panel += ${4 * panelColumns};
${lines(
  row.map(i => `left${i} += 4;`),
  4,
)}
  }
${lines(storeSums(rows, width))}
}`;
  return { name, text };
}

/** product[rows][width] (+)= left' panel: left[depth][rows] lies within rows of 16, as the panel does. */
function columnsTimes(rows: number, width: Width, adds: boolean): Tile {
  const name = `columns${rows}Times${width.name}${adds ? 'Added' : ''}`;
  const text = `/** product[${rows}][${4 * width.vectors}] ${adds ? '+=' : '='} left[depth][${rows} of 16]' panel[depth][${4 * width.vectors} of 16]. */
function ${name}(${declare(columnsParameters)}): void {
${lines(beginSums(rows, width, adds))}
  for (; depth > 0; depth--) {
${lines(
  step(rows, width, i => `left, ${4 * i}`),
  4,
)}
    left += ${4 * panelColumns};
    panel += ${4 * panelColumns};
  }
${lines(storeSums(rows, width))}
}`;
  return { name, text };
}

/** The function that calls the tile with so many rows. */
function choice(tiles: readonly Tile[], rows: boolean, width: Width, adds: boolean): string {
  const parameters = rows ? rowsParameters : columnsParameters;
  const calls = tiles.map(
    ({ name }, i) => `${i > 0 ? 'else ' : ''}if (rows === ${i + 1}) ${name}(${parameters.join(', ')});`,
  );
  return `export function ${rows ? 'rows' : 'columns'}Times${width.name}${adds ? 'Added' : ''}(
  rows: i32, ${declare(parameters)},
): void {
${lines(calls.reverse().map((call, i) => (i === 0 ? call.replace('else ', '') : call.replace(/^(else )?/, 'else '))))}
}`;
}

/** One step of the depth: a row of the panel, and for each row of the tile a number of the left factor. */
function step(rows: number, { vectors }: Width, left: (row: number) => string): string[] {
  return [
    ...upTo(vectors).map(j => `const b${j} = v128.load(panel, ${16 * j});`),
    ...upTo(rows).flatMap(i => [
      `const a${i} = v128.load32_splat(${left(i)});`,
      ...upTo(vectors).map(j => `${sum(i, j)} = multiplyAdd(a${i}, b${j}, ${sum(i, j)});`),
    ]),
  ];
}

function beginSums(rows: number, { vectors }: Width, adds: boolean): string[] {
  const at = upTo(rows).map(i => `const at${i} = product + ${i} * productStride;`);
  const sums = upTo(rows).flatMap(i =>
    upTo(vectors).map(j => `let ${sum(i, j)} = ${adds ? `v128.load(at${i}, ${16 * j})` : 'f32x4.splat(0)'};`),
  );
  return [...at, ...sums];
}

/** The upper vector of each pair first: in the other order V8's revectorizer stores the lower one twice. */
function storeSums(rows: number, { vectors }: Width): string[] {
  const order = vectors === 4 ? [1, 0, 3, 2] : [1, 0];
  return upTo(rows).flatMap(i => order.map(j => `v128.store(at${i}, ${sum(i, j)}, ${16 * j});`));
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const sum = (row: number, vector: number): string => `sum${row}_${vector}`;

const declare = (parameters: readonly string[]): string =>
  parameters.map(name => `${name}: ${name === 'depth' ? 'i32' : 'usize'}`).join(', ');

const lines = (text: readonly string[], indent = 2): string =>
  text.map(line => ' '.repeat(indent) + line).join('\n');
