import { type Expression, Expressions, Factors } from './expressions';

/** A 1-D transform: so many numbers in, so many out. */
interface Transform {
  readonly inputs: number;
  readonly outputs: number;
  readonly formula: (e: Expressions, values: readonly Expression[]) => Expression[];
}

/**
 * The transforms of Winograd's minimal filtering F(m x m, 3 x 3): y = A'[(G g G') . (B'd B)]A for a tile of m x m outputs
 * (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016; the points are 0, 1, -1 and, for m = 4,
 * 2, -2). The filter's gradient is the exact adjoint, G'[(B'd B) . (A dy A')]G.
 */
interface Winograd {
  /** B' */
  readonly input: Transform;
  /** A' */
  readonly output: Transform;
  /** A */
  readonly outputGradient: Transform;
  /** G */
  readonly filter: Transform;
  /** G' */
  readonly filterGradient: Transform;
}

const sixth = 1 / 6;
const twelfth = 1 / 12;
const twentyFourth = 1 / 24;

export const winograd4: Winograd = {
  input: {
    inputs: 6,
    outputs: 6,
    formula(e, [d0, d1, d2, d3, d4, d5]) {
      const evenA = e.multiplyAdd(-4, d2, d4);
      const oddA = e.multiplyAdd(-4, d1, d3);
      const evenB = e.subtract(d4, d2);
      const oddB = e.subtract(d3, d1);
      return [
        e.multiplyAdd(4, d0, e.multiplyAdd(-5, d2, d4)),
        e.add(evenA, oddA),
        e.subtract(evenA, oddA),
        e.multiplyAdd(2, oddB, evenB),
        e.multiplyAdd(-2, oddB, evenB),
        e.multiplyAdd(4, d1, e.multiplyAdd(-5, d3, d5)),
      ];
    },
  },
  output: {
    inputs: 6,
    outputs: 4,
    formula(e, [m0, m1, m2, m3, m4, m5]) {
      const sum1 = e.add(m1, m2);
      const difference1 = e.subtract(m1, m2);
      const sum2 = e.add(m3, m4);
      const difference2 = e.subtract(m3, m4);
      return [
        e.add(e.add(m0, sum1), sum2),
        e.multiplyAdd(2, difference2, difference1),
        e.multiplyAdd(4, sum2, sum1),
        e.add(e.multiplyAdd(8, difference2, difference1), m5),
      ];
    },
  },
  outputGradient: {
    inputs: 4,
    outputs: 6,
    formula(e, [y0, y1, y2, y3]) {
      const even1 = e.add(y0, y2);
      const odd1 = e.add(y1, y3);
      const even2 = e.multiplyAdd(4, y2, y0);
      const odd2 = e.multiplyAdd(4, y3, y1);
      return [
        e.same(y0),
        e.add(even1, odd1),
        e.subtract(even1, odd1),
        e.multiplyAdd(2, odd2, even2),
        e.multiplyAdd(-2, odd2, even2),
        e.same(y3),
      ];
    },
  },
  filter: {
    inputs: 3,
    outputs: 6,
    formula(e, [g0, g1, g2]) {
      const outer1 = e.add(g0, g2);
      const outer2 = e.multiplyAdd(twentyFourth, g0, e.multiply(sixth, g2));
      return [
        e.multiply(0.25, g0),
        e.multiply(-sixth, e.add(outer1, g1)),
        e.multiply(-sixth, e.subtract(outer1, g1)),
        e.multiplyAdd(twelfth, g1, outer2),
        e.multiplyAdd(-twelfth, g1, outer2),
        e.same(g2),
      ];
    },
  },
  filterGradient: {
    inputs: 6,
    outputs: 3,
    formula(e, [u0, u1, u2, u3, u4, u5]) {
      const sum1 = e.add(u1, u2);
      const difference1 = e.subtract(u2, u1);
      const sum2 = e.add(u3, u4);
      const difference2 = e.subtract(u3, u4);
      return [
        e.multiplyAdd(0.25, u0, e.multiplyAdd(-sixth, sum1, e.multiply(twentyFourth, sum2))),
        e.multiplyAdd(sixth, difference1, e.multiply(twelfth, difference2)),
        e.multiplyAdd(sixth, e.subtract(sum2, sum1), u5),
      ];
    },
  },
};

export const winograd2: Winograd = {
  input: {
    inputs: 4,
    outputs: 4,
    formula: (e, [d0, d1, d2, d3]) => [
      e.subtract(d0, d2),
      e.add(d1, d2),
      e.subtract(d2, d1),
      e.subtract(d1, d3),
    ],
  },
  output: {
    inputs: 4,
    outputs: 2,
    formula: (e, [m0, m1, m2, m3]) => [e.add(e.add(m0, m1), m2), e.subtract(e.subtract(m1, m2), m3)],
  },
  outputGradient: {
    inputs: 2,
    outputs: 4,
    formula: (e, [y0, y1]) => [e.same(y0), e.add(y0, y1), e.subtract(y0, y1), e.multiply(-1, y1)],
  },
  filter: {
    inputs: 3,
    outputs: 4,
    formula(e, [g0, g1, g2]) {
      const outer = e.add(g0, g2);
      return [
        e.same(g0),
        e.multiply(0.5, e.add(outer, g1)),
        e.multiply(0.5, e.subtract(outer, g1)),
        e.same(g2),
      ];
    },
  },
  filterGradient: {
    inputs: 4,
    outputs: 3,
    formula(e, [u0, u1, u2, u3]) {
      const half = e.multiply(0.5, e.add(u1, u2));
      return [e.add(u0, half), e.multiply(0.5, e.subtract(u1, u2)), e.add(half, u3)];
    },
  },
};

/** AssemblyScript of the 2-D transforms, by file name. */
export function winogradTransforms(): Record<string, string> {
  return { winograd4: transformsOf(winograd4, 4), winograd2: transformsOf(winograd2, 2) };
}

function transformsOf(winograd: Winograd, tile: number): string {
  const functions = Object.entries(winograd).map(([name, transform]: [string, Transform]) =>
    twoDimensional(`${name}${tile}`, transform),
  );
  return ["import { multiplyAdd } from '../multiplyAdd';", ...functions].join('\n\n');
}

/** Bytes of one number for each of 8 channels. */
const point = 32;

/**
 * Transforms columns, then rows; 8 channels a turn as two vectors. Where a number lies is told by row and column strides, so
 * that the same code reads images and writes matrices of a position each, and the other way round. Addresses are stepped,
 * for V8 computes products of strides again in each turn.
 */
function twoDimensional(name: string, { inputs, outputs, formula }: Transform): string {
  const factors = new Factors();
  const columnPass = range(inputs).flatMap(column => [
    ...pass(
      factors,
      inputs,
      formula,
      { start: 'column', step: 'sourceRow' },
      { start: 'workspace', immediate: row => (row * inputs + column) * point },
    ),
    'column += sourceColumn;',
  ]);
  const rowPass = range(outputs).flatMap(row => [
    ...pass(
      factors,
      inputs,
      formula,
      { start: 'workspace', immediate: column => (row * inputs + column) * point },
      { start: 'row', step: 'targetColumn' },
    ),
    'row += targetRow;',
  ]);
  return `/** ${inputs} x ${inputs} numbers to ${outputs} x ${outputs} for each of \`channels\` channels, a multiple of 8. */
export function ${name}(
  source: usize, sourceRow: usize, sourceColumn: usize,
  target: usize, targetRow: usize, targetColumn: usize,
  channels: i32, workspace: usize,
): void {
${factors
  .load('workspace')
  .map(line => `  ${line}`)
  .join('\n')}
  for (; channels > 0; channels -= 8) {
    let column = source;
    let row = target;
${[...columnPass, ...rowPass].map(line => `    ${line}`).join('\n')}
    source += ${point};
    target += ${point};
  }
}`;
}

/** Where the numbers of a pass lie: a step apart from a pointer, or at known distances from it. */
type Places =
  | { readonly start: string; readonly step: string }
  | { readonly start: string; readonly immediate: (i: number) => number };

/** One row or column through the 1-D transform. */
function pass(
  factors: Factors,
  inputs: number,
  formula: Transform['formula'],
  source: Places,
  target: Places,
): string[] {
  const e = new Expressions(factors);
  const from = walk(e, 'from', source);
  const values = range(inputs).map(i => e.load(...from(i)));
  const to = walk(e, 'to', target);
  formula(e, values).forEach((value, i) => {
    e.store(...to(i), value);
  });
  return ['{', ...e.lines.map(line => `  ${line}`), '}'];
}

/** The address of the i-th number, asked for in order. */
function walk(
  e: Expressions,
  pointer: string,
  places: Places,
): (i: number) => [address: string, offset: number] {
  if ('immediate' in places) return i => [places.start, places.immediate(i)];
  e.lines.push(`let ${pointer} = ${places.start};`);
  return i => {
    if (i > 0) e.lines.push(`${pointer} += ${places.step};`);
    return [pointer, 0];
  };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
