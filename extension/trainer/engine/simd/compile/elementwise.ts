import { binaryFormulas, pairFormulas, reductionFormulas, tripleFormulas, unaryFormulas } from '../formulas';

/**
 * AssemblyScript of all elementwise kernels and reductions, two vectors a turn. Operands of equal shape go in whole turns:
 * buffers end at multiples of 64 bytes, so that a turn beyond the last number stays within them.
 */
export function elementwise(): string {
  return [
    "import { exp4, log4 } from '../exponential';",
    ...Object.entries(unaryFormulas).flatMap(([name, formula]) => each(name, ['x'], formula)),
    ...Object.entries(pairFormulas).flatMap(([name, formula]) => each(name, ['x', 'y'], formula)),
    ...Object.entries(tripleFormulas).flatMap(([name, formula]) => each(name, ['x', 'y', 'z'], formula)),
    ...Object.entries(binaryFormulas).flatMap(([name, formula]) => inRows(name, formula)),
    ...Object.entries(reductionFormulas).flatMap(([name, { joins, begins }]) => reduced(name, joins, begins)),
  ].join('\n\n');
}

/** result[i] = formula of the operands' i-th numbers. */
function each(name: string, operands: readonly string[], formula: string): string[] {
  const vectors = operands.map(operand => `${operand}: v128`).join(', ');
  const loaded = (offset: string): string =>
    operands.map(operand => `v128.load(${operand}${offset})`).join(', ');
  return [
    `function ${name}Of(${vectors}, p: v128, q: v128): v128 {
  return ${formula};
}`,
    `export function ${name}Each(${operands.map(operand => `${operand}: usize`).join(', ')}, result: usize, count: i32, p: f32, q: f32): void {
  const ps = f32x4.splat(p);
  const qs = f32x4.splat(q);
  for (; count > 0; count -= 8) {
    const first = ${name}Of(${loaded('')}, ps, qs);
    const second = ${name}Of(${loaded(', 16')}, ps, qs);
    v128.store(result, first);
    v128.store(result, second, 16);
${operands.map(operand => `    ${operand} += 32;`).join('\n')}
    result += 32;
  }
}`,
  ];
}

/** Loops over rows of two operands; a row of an operand is a vector, or one number that is repeated. */
function inRows(name: string, formula: string): string[] {
  return [
    `function ${name}Of(x: v128, y: v128): v128 {
  return ${formula};
}`,
    rows(`${name}Rows`, name, true, true),
    rows(`${name}RightNumber`, name, true, false),
    rows(`${name}LeftNumber`, name, false, true),
  ];
}

function rows(exported: string, name: string, leftVector: boolean, rightVector: boolean): string {
  const load = (vector: boolean, operand: string, offset: string): string =>
    vector ? `v128.load(${operand}${offset})` : `${operand}Number`;
  const loadOne = (vector: boolean, operand: string): string =>
    vector ? `v128.load32_splat(${operand})` : `${operand}Number`;
  const both = (offset: string): string =>
    `${load(leftVector, 'x', offset)}, ${load(rightVector, 'y', offset)}`;
  const numbers = [
    ...(leftVector ? [] : ['    const xNumber = v128.load32_splat(left);']),
    ...(rightVector ? [] : ['    const yNumber = v128.load32_splat(right);']),
  ];
  const steps = (bytes: number): string[] => [
    ...(leftVector ? [`      x += ${bytes};`] : []),
    ...(rightVector ? [`      y += ${bytes};`] : []),
    `      result += ${bytes};`,
  ];
  return `/** ${exported}: \`rows\` rows of \`count\` results; the operands' rows are \`leftRow\` and \`rightRow\` bytes apart. */
export function ${exported}(left: usize, leftRow: usize, right: usize, rightRow: usize, result: usize, rows: i32, count: i32): void {
  for (; rows > 0; rows--) {
${leftVector ? '    let x = left;\n' : ''}${rightVector ? '    let y = right;\n' : ''}${numbers.map(line => `${line}\n`).join('')}    let rest = count;
    for (; rest >= 8; rest -= 8) {
      const first = ${name}Of(${both('')});
      const second = ${name}Of(${both(', 16')});
      v128.store(result, first);
      v128.store(result, second, 16);
${steps(32).join('\n')}
    }
    for (; rest > 0; rest--) {
      store<f32>(result, f32x4.extract_lane(${name}Of(${loadOne(leftVector, 'x')}, ${loadOne(rightVector, 'y')}), 0));
${steps(4).join('\n')}
    }
    left += leftRow;
    right += rightRow;
  }
}`;
}

/** Loops that reduce rows to a number each, or the rows of a matrix to one row. */
function reduced(name: string, joins: string, begins: string): string[] {
  const start = `f32x4.splat(<f32>${begins})`;
  return [
    `function ${name}Joined(x: v128, y: v128): v128 {
  return ${joins};
}`,
    `/** result[row] = ${name} of \`count\` numbers, \`row\` bytes from row to row. */
export function ${name}OfRows(source: usize, row: usize, result: usize, rows: i32, count: i32): void {
  for (; rows > 0; rows--) {
    let x = source;
    let rest = count;
    let first = ${start};
    let second = ${start};
    for (; rest >= 8; rest -= 8) {
      first = ${name}Joined(first, v128.load(x));
      second = ${name}Joined(second, v128.load(x, 16));
      x += 32;
    }
    first = ${name}Joined(first, second);
    first = ${name}Joined(first, i8x16.shuffle(first, first, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    first = ${name}Joined(first, i8x16.shuffle(first, first, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
    for (; rest > 0; rest--) {
      first = ${name}Joined(first, v128.load32_splat(x));
      x += 4;
    }
    store<f32>(result, f32x4.extract_lane(first, 0));
    source += row;
    result += 4;
  }
}`,
    `/** result[column] = ${name} of a column of source[rows][columns]. */
export function ${name}OfColumns(source: usize, result: usize, rows: i32, columns: i32): void {
  const row = <usize>columns * 4;
  for (; columns >= 8; columns -= 8) {
    let x = source;
    let first = ${start};
    let second = ${start};
    for (let i = 0; i < rows; i++) {
      first = ${name}Joined(first, v128.load(x));
      second = ${name}Joined(second, v128.load(x, 16));
      x += row;
    }
    v128.store(result, first);
    v128.store(result, second, 16);
    source += 32;
    result += 32;
  }
  for (; columns > 0; columns--) {
    let x = source;
    let total = ${start};
    for (let i = 0; i < rows; i++) {
      total = ${name}Joined(total, v128.load32_splat(x));
      x += row;
    }
    store<f32>(result, f32x4.extract_lane(total, 0));
    source += 4;
    result += 4;
  }
}`,
  ];
}
