import { maximumParts, type Operation, partsOfPass, shareOf } from '../operation';

type CopyField =
  | 'source'
  | 'target'
  | 'count'
  | 'sourceStep'
  | `${'size' | 'source' | 'target'}${0 | 1 | 2 | 3}`;

/**
 * Copies rows of `count` numbers between arrays with any strides, in bytes, along four outer axes (`size0` the outermost). What
 * transposes, cuts, pads, joins and repeats.
 */
export const copyStrided: Operation<CopyField> = {
  name: 'copyStrided',
  fields: [
    'source',
    'target',
    'count',
    'sourceStep',
    'size0',
    'size1',
    'size2',
    'size3',
    'source0',
    'source1',
    'source2',
    'source3',
    'target0',
    'target1',
    'target2',
    'target3',
  ],
  parts: partsOf,
  run(kernels, args, part) {
    const [first, end] = shareOf(args.size0, part, partsOf(args));
    for (let i = first; i < end; i++) {
      kernels.copyStrided(
        args.source + i * args.source0,
        args.target + i * args.target0,
        args.count,
        args.sourceStep,
        args.size1,
        args.size2,
        args.size3,
        args.source1,
        args.source2,
        args.source3,
        args.target1,
        args.target2,
        args.target3,
      );
    }
  },
  cost: args => ({ flops: 0, bytes: 8 * numbersOf(args) }),
  sample: {
    source: 4096,
    target: 1 << 20,
    count: 37,
    sourceStep: 4,
    size0: 2,
    size1: 3,
    size2: 2,
    size3: 5,
    source0: 8000,
    source1: 2000,
    source2: 1000,
    source3: 148,
    target0: 8000,
    target1: 148,
    target2: 2000,
    target3: 444,
  },
};

type Sizes = Readonly<Record<'count' | 'size0' | 'size1' | 'size2' | 'size3', number>>;

const numbersOf = ({ count, size0, size1, size2, size3 }: Sizes): number =>
  count * size0 * size1 * size2 * size3;

function partsOf(sizes: Sizes): number {
  return Math.min(partsOfPass(numbersOf(sizes)), sizes.size0, maximumParts);
}
