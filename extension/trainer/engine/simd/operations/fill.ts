import { type Operation, partsOfPass, shareOf } from '../operation';

/** target[i] = the 32 bits of `value`, for i below `count`. */
export const fill: Operation<'target' | 'count' | 'value'> = {
  name: 'fill',
  fields: ['target', 'count', 'value'],
  parts: ({ count }) => partsOfPass(count),
  run(kernels, { target, count, value }, part) {
    const [start, end] = shareOf(count, part, partsOfPass(count), 16);
    kernels.fillBits(target + 4 * start, end - start, value);
  },
  cost: ({ count }) => ({ flops: 0, bytes: 4 * count }),
  sample: { target: 4096, count: 1003, value: 0x3f800000 },
};
