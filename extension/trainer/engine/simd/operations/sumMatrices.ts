import { type Operation, partsOfPass, shareOf } from '../operation';

/** sum[rows][columns] = the sum of matrices [count][rows][paddedColumns], in their order. */
export const sumMatrices: Operation<'matrices' | 'count' | 'rows' | 'columns' | 'paddedColumns' | 'sum'> = {
  name: 'sumMatrices',
  fields: ['matrices', 'count', 'rows', 'columns', 'paddedColumns', 'sum'],
  parts: partsOf,
  run(kernels, args, part) {
    const { matrices, count, rows, columns, paddedColumns, sum } = args;
    const [first, end] = shareOf(rows, part, partsOf(args));
    const source = matrices + 4 * first * paddedColumns;
    const target = sum + 4 * first * columns;
    kernels.sumParts(count, source, 4 * rows * paddedColumns, end - first, columns, paddedColumns, target);
  },
  cost: ({ count, rows, columns }) => ({
    flops: (count - 1) * rows * columns,
    bytes: 4 * (count + 1) * rows * columns,
  }),
  sample: { matrices: 4096, count: 3, rows: 7, columns: 21, paddedColumns: 32, sum: 65536 },
};

function partsOf({ count, rows, columns }: Record<'count' | 'rows' | 'columns', number>): number {
  return Math.min(rows, partsOfPass(count * rows * columns));
}
