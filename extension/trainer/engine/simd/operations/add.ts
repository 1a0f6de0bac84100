import { type Operation, partsOfPass, shareOf } from '../operation';

/** sum = left + right, element by element. */
export const add: Operation<'left' | 'right' | 'sum' | 'count'> = {
  name: 'add',
  fields: ['left', 'right', 'sum', 'count'],
  parts: ({ count }) => partsOfPass(count),
  run(kernels, { left, right, sum, count }, part) {
    const [start, end] = shareOf(count, part, partsOfPass(count), 16);
    kernels.add(left + 4 * start, right + 4 * start, sum + 4 * start, end - start);
  },
  cost: ({ count }) => ({ flops: count, bytes: 12 * count }),
  sample: { left: 4096, right: 8192, sum: 12288, count: 1003 },
};
