import type { Operation } from '../operation';

/** Arithmetic on registers, one equal part for each of `parts` threads: shows whether threads run at the same time. */
export const spin: Operation<'address' | 'turns' | 'parts'> = {
  name: 'spin',
  fields: ['address', 'turns', 'parts'],
  parts: ({ parts }) => parts,
  run: (kernels, { address, turns }, part) => kernels.spin(address + 64 * part, turns),
  cost: ({ turns, parts }) => ({ flops: 64 * turns * parts, bytes: 0 }),
  sample: { address: 4096, turns: 3, parts: 2 },
};
