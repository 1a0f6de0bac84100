import { type Operation, partsOfPass, shareOf } from '../operation';

/** The first `count` standard normal numbers of a key; the buffer's rest up to a multiple of 8 numbers is written as well. */
export const normals: Operation<'key0' | 'key1' | 'result' | 'count'> = {
  name: 'normals',
  fields: ['key0', 'key1', 'result', 'count'],
  parts: ({ count }) => partsOfPass(count, 8192),
  run(kernels, { key0, key1, result, count }, part) {
    const [start, end] = shareOf(count, part, partsOfPass(count, 8192), 16);
    kernels.normals(key0, key1, start / 2, Math.ceil((end - start) / 2), result + 4 * start);
  },
  cost: ({ count }) => ({ flops: 60 * count, bytes: 4 * count }),
  sample: { key0: 0x12345678, key1: 0x9abcdef, result: 65536, count: 1003 },
};
