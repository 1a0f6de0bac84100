import { type Operation, shareOf } from '../operation';
import { panelColumns, tileBytes } from '../padding';

const fields = [
  'positions',
  'left',
  'leftPosition',
  'filters',
  'filterPosition',
  'depth',
  'columns',
  'products',
  'productPosition',
  'rows',
] as const;
type Field = (typeof fields)[number];

/** For each position, products[rows][columns] = left[rows][depth] times the transformed filters' panels. */
export const winogradProducts: Operation<Field> = {
  name: 'winogradProducts',
  fields,
  parts: args => args.positions * columnShares(args),
  run(kernels, args, part, scratch) {
    const { left, leftPosition, filters, depth, columns, products, productPosition, rows } = args;
    const shares = columnShares(args);
    const position = Math.floor(part / shares);
    const [start, end] = shareOf(columns, part - position * shares, shares, panelColumns);
    kernels.multiplyPanels(
      left + position * leftPosition,
      4 * depth,
      filters + position * args.filterPosition + 4 * depth * start,
      depth,
      products + position * productPosition + 4 * start,
      4 * columns,
      rows,
      end - start,
      scratch,
    );
  },
  scratchBytes: () => tileBytes,
  cost: ({ positions, rows, depth, columns }) => ({
    flops: 2 * positions * rows * depth * columns,
    bytes: 4 * positions * (rows * depth + depth * columns + rows * columns),
  }),
  sample: {
    positions: 3,
    left: 4096,
    leftPosition: 4096,
    filters: 65536,
    filterPosition: 4 * 24 * 32,
    depth: 24,
    columns: 32,
    products: 1 << 20,
    productPosition: 4096,
    rows: 31,
  },
};

function columnShares({ columns }: Readonly<Record<'columns', number>>): number {
  return Math.ceil(columns / 128);
}
