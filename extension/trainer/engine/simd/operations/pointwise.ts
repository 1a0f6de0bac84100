import {
  type PairName,
  pairFormulas,
  type TripleName,
  tripleFormulas,
  type UnaryName,
  unaryFormulas,
} from '../formulas';
import { type Operation, partsOfPass, shareOf } from '../operation';

type Constants = 'result' | 'count' | 'p' | 'q';

/** result[i] = formula(x[i]) for each unary formula; `p` and `q` are its constants. */
export const unary = Object.fromEntries(
  namesOf(unaryFormulas).map(name => [name, unaryOperation(name)]),
) as Readonly<Record<UnaryName, Operation<'x' | Constants>>>;

/** The same of two operands of equal shape. */
export const pair = Object.fromEntries(
  namesOf(pairFormulas).map(name => [name, pairOperation(name)]),
) as Readonly<Record<PairName, Operation<'x' | 'y' | Constants>>>;

/** The same of three operands of equal shape. */
export const triple = Object.fromEntries(
  namesOf(tripleFormulas).map(name => [name, tripleOperation(name)]),
) as Readonly<Record<TripleName, Operation<'x' | 'y' | 'z' | Constants>>>;

function unaryOperation(name: UnaryName): Operation<'x' | Constants> {
  return {
    name,
    fields: ['x', 'result', 'count', 'p', 'q'],
    parts: ({ count }) => partsOfPass(count),
    run(kernels, { x, result, count, p, q }, part) {
      const [start, numbers] = pieceOf(count, part);
      kernels[`${name}Each`](x + start, result + start, numbers, p, q);
    },
    cost: ({ count }) => ({ flops: count, bytes: 8 * count }),
    sample: { x: 4096, result: 16384, count: 1003, p: 0.25, q: 0.75 },
  };
}

function pairOperation(name: PairName): Operation<'x' | 'y' | Constants> {
  return {
    name,
    fields: ['x', 'y', 'result', 'count', 'p', 'q'],
    parts: ({ count }) => partsOfPass(count),
    run(kernels, { x, y, result, count, p, q }, part) {
      const [start, numbers] = pieceOf(count, part);
      kernels[`${name}Each`](x + start, y + start, result + start, numbers, p, q);
    },
    cost: ({ count }) => ({ flops: count, bytes: 12 * count }),
    sample: { x: 4096, y: 8192, result: 16384, count: 1003, p: 0.25, q: 0.75 },
  };
}

function tripleOperation(name: TripleName): Operation<'x' | 'y' | 'z' | Constants> {
  return {
    name,
    fields: ['x', 'y', 'z', 'result', 'count', 'p', 'q'],
    parts: ({ count }) => partsOfPass(count),
    run(kernels, { x, y, z, result, count, p, q }, part) {
      const [start, numbers] = pieceOf(count, part);
      kernels[`${name}Each`](x + start, y + start, z + start, result + start, numbers, p, q);
    },
    cost: ({ count }) => ({ flops: count, bytes: 16 * count }),
    sample: { x: 4096, y: 8192, z: 12288, result: 16384, count: 1003, p: 0.25, q: 0.75 },
  };
}

/** Where the part's numbers start, in bytes, and how many they are. */
function pieceOf(count: number, part: number): readonly [number, number] {
  const [start, end] = shareOf(count, part, partsOfPass(count), 16);
  return [4 * start, end - start];
}

function namesOf<Name extends string>(formulas: Readonly<Record<Name, string>>): Name[] {
  return Object.keys(formulas) as Name[];
}
