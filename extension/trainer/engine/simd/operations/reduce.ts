import { type ReductionName, reductionFormulas } from '../formulas';
import { type Operation, partsOfPass, shareOf } from '../operation';

type ReduceField = 'source' | 'result' | 'blocks' | 'length' | 'columns' | 'chunk';

/**
 * Reduces source[blocks][length][columns] along its middle axis in chunks of `chunk` numbers, to result[blocks][chunks][columns].
 * A long axis is reduced twice: to chunks, then chunks to one; so sums lose little to rounding.
 */
export const reductions = Object.fromEntries(
  (Object.keys(reductionFormulas) as ReductionName[]).map(name => [name, reduction(name)]),
) as Readonly<Record<ReductionName, Operation<ReduceField>>>;

const chunksOf = ({ length, chunk }: Readonly<Record<'length' | 'chunk', number>>): number =>
  Math.ceil(length / chunk);

function reduction(name: ReductionName): Operation<ReduceField> {
  return {
    name,
    fields: ['source', 'result', 'blocks', 'length', 'columns', 'chunk'],
    parts: args =>
      Math.min(partsOfPass(args.blocks * args.length * args.columns), args.blocks * chunksOf(args)),
    run(kernels, args, part) {
      const { source, result, blocks, length, columns, chunk } = args;
      const chunks = chunksOf(args);
      const [first, end] = shareOf(blocks * chunks, part, this.parts(args));
      if (columns === 1 && chunks === 1) {
        const from = source + 4 * first * length;
        kernels[`${name}OfRows`](from, 4 * length, result + 4 * first, end - first, length);
        return;
      }
      for (let item = first; item < end; item++) {
        const block = Math.floor(item / chunks);
        const start = (item - block * chunks) * chunk;
        const count = Math.min(chunk, length - start);
        const from = source + 4 * (block * length + start) * columns;
        const to = result + 4 * item * columns;
        if (columns === 1) kernels[`${name}OfRows`](from, 0, to, 1, count);
        else kernels[`${name}OfColumns`](from, to, count, columns);
      }
    },
    cost: ({ blocks, length, columns }) => {
      const numbers = blocks * length * columns;
      return { flops: numbers, bytes: 4 * numbers };
    },
    sample: { source: 4096, result: 262144, blocks: 3, length: 53, columns: 21, chunk: 25 },
    moreSamples: [{ source: 4096, result: 262144, blocks: 3, length: 53, columns: 1, chunk: 53 }],
  };
}
