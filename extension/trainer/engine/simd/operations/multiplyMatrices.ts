import { maximumParts, type Operation } from '../operation';
import { padTo, panelColumns, tileBytes } from '../padding';

const fields = [
  'left',
  'transposed',
  'leftBatch',
  'panels',
  'panelsBatch',
  'product',
  'batch',
  'rows',
  'depth',
  'columns',
] as const;
type Field = (typeof fields)[number];

/**
 * product[batch][rows][columns] = left[batch][rows][depth] (or, `transposed`, [batch][depth][rows]) times matrices packed by
 * `packMatrix`. `leftBatch` and `panelsBatch` are the bytes from one matrix to the next, 0 for the same one.
 */
export const multiplyMatrices: Operation<Field> = {
  name: 'multiplyMatrices',
  fields,
  parts: args => args.batch * blocks(args),
  run(kernels, args, part, scratch) {
    const { left, transposed, panels, product, rows, depth, columns } = args;
    const item = Math.floor(part / blocks(args));
    const first = (part - item * blocks(args)) * blockRows(args);
    const count = Math.min(blockRows(args), rows - first);
    let source = left + item * args.leftBatch + 4 * first * (transposed ? 1 : depth);
    if (transposed) {
      const staged = scratch + tileBytes;
      kernels.transposeRows(source, 4 * rows, depth, count, staged);
      source = staged;
    }
    kernels.multiplyPanels(
      source,
      4 * depth,
      panels + item * args.panelsBatch,
      depth,
      product + 4 * (item * rows + first) * columns,
      4 * columns,
      count,
      columns,
      scratch,
    );
  },
  scratchBytes: args => tileBytes + (args.transposed ? 4 * blockRows(args) * args.depth : 0),
  cost: ({ batch, rows, depth, columns }) => ({
    flops: 2 * batch * rows * depth * columns,
    bytes: 4 * batch * (rows * depth + depth * columns + rows * columns),
  }),
  sample: {
    left: 4096,
    transposed: 0,
    leftBatch: 0,
    panels: 262144,
    panelsBatch: 0,
    product: 1 << 20,
    batch: 2,
    rows: 67,
    depth: 391,
    columns: 37,
  },
};

type Sizes = Readonly<Record<'batch' | 'rows' | 'depth' | 'columns', number>>;

const blocks = (sizes: Sizes): number => Math.ceil(sizes.rows / blockRows(sizes));

/** Rows of a part: a few register tiles, and few enough parts. */
function blockRows({ batch, rows, columns }: Sizes): number {
  const few = Math.ceil((batch * rows) / (maximumParts / 2));
  const narrow = columns <= 4 * panelColumns ? 96 : 48;
  return padTo(Math.max(narrow, few), 6);
}
