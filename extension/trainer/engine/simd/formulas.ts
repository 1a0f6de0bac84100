/**
 * What elementwise kernels compute, as AssemblyScript on vectors of four numbers: `x`, `y` and `z` are numbers of the operands at the
 * same place, `p` and `q` constants of the call. Truth is 1 and 0, as TensorFlow.js has it. `compile/elementwise.ts` makes
 * loops of them.
 */

const zero = 'f32x4.splat(0)';
const one = 'f32x4.splat(1)';
const truth = (mask: string): string => `v128.and(${mask}, ${one})`;
/** `value`, but NaN where x is. */
const unlessNaN = (value: string): string => `v128.bitselect(${value}, x, f32x4.eq(x, x))`;

/** One operand. */
export const unaryFormulas = {
  abs: 'f32x4.abs(x)',
  clip: 'f32x4.min(f32x4.max(x, p), q)',
  exp: 'exp4(x)',
  log: 'log4(x)',
  logicalNot: truth(`f32x4.eq(x, ${zero})`),
  negative: 'f32x4.neg(x)',
  reciprocal: `f32x4.div(${one}, x)`,
  // pmax answers with its first operand where the comparison fails: NaN stays NaN.
  relu: `f32x4.pmax(x, ${zero})`,
  reciprocalRoot: `f32x4.div(${one}, f32x4.sqrt(x))`,
  scale: 'f32x4.mul(x, p)',
  sign: `v128.or(${truth(`f32x4.gt(x, ${zero})`)}, v128.and(f32x4.lt(x, ${zero}), f32x4.splat(-1)))`,
  square: 'f32x4.mul(x, x)',
  squareRoot: 'f32x4.sqrt(x)',
  step: unlessNaN(`v128.bitselect(${one}, p, f32x4.gt(x, ${zero}))`),
} as const;

/** Two operands of the same shape, or one of them repeated along axes of the other. */
export const binaryFormulas = {
  add: 'f32x4.add(x, y)',
  divide: 'f32x4.div(x, y)',
  equal: truth('f32x4.eq(x, y)'),
  greater: truth('f32x4.gt(x, y)'),
  greaterEqual: truth('f32x4.ge(x, y)'),
  less: truth('f32x4.lt(x, y)'),
  lessEqual: truth('f32x4.le(x, y)'),
  logicalAnd: truth(`v128.and(f32x4.ne(x, ${zero}), f32x4.ne(y, ${zero}))`),
  logicalOr: truth(`v128.or(f32x4.ne(x, ${zero}), f32x4.ne(y, ${zero}))`),
  maximum: 'f32x4.max(x, y)',
  minimum: 'f32x4.min(x, y)',
  multiply: 'f32x4.mul(x, y)',
  notEqual: truth('f32x4.ne(x, y)'),
  squaredDifference: 'f32x4.mul(f32x4.sub(x, y), f32x4.sub(x, y))',
  subtract: 'f32x4.sub(x, y)',
} as const;

/** Two operands of the same shape. */
export const pairFormulas = {
  /** w - learning rate m, with q the negative rate. */
  addScaled: 'f32x4.add(x, f32x4.mul(q, y))',
  /** The gradient x passes where the activation y is above zero. */
  reluGradient: `v128.and(x, f32x4.gt(y, ${zero}))`,
} as const;

/** Three operands of the same shape. */
export const tripleFormulas = {
  /** The next momentum, p m + (g + q w), of weight x = w, gradient y = g and momentum z = m. */
  momentum: 'f32x4.add(f32x4.mul(p, z), f32x4.add(y, f32x4.mul(q, x)))',
  /** y where the condition x holds, z elsewhere. */
  select: `v128.bitselect(y, z, f32x4.ne(x, ${zero}))`,
  /** x + p sign(y), brought to within q of z and into [0, 1]: a step of an l-infinity attack at image x with gradient y. */
  signStep: `f32x4.pmin(f32x4.pmax(f32x4.min(f32x4.max(f32x4.add(x, v128.or(v128.and(f32x4.gt(y, ${zero}), p), v128.and(f32x4.lt(y, ${zero}), f32x4.neg(p)))), f32x4.sub(z, q)), f32x4.add(z, q)), ${zero}), ${one})`,
} as const;

/** How a reduction joins two numbers, and what it begins with. */
export const reductionFormulas = {
  sum: { joins: 'f32x4.add(x, y)', begins: '0' },
  largest: { joins: 'f32x4.max(x, y)', begins: '-Infinity' },
  smallest: { joins: 'f32x4.min(x, y)', begins: 'Infinity' },
} as const;

export type UnaryName = keyof typeof unaryFormulas;
export type BinaryName = keyof typeof binaryFormulas;
export type PairName = keyof typeof pairFormulas;
export type TripleName = keyof typeof tripleFormulas;
export type ReductionName = keyof typeof reductionFormulas;
