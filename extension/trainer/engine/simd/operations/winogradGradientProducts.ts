import { type Operation, shareOf } from '../operation';

const fields = [
  'positions',
  'left',
  'leftPosition',
  'leftPanels',
  'right',
  'rightPosition',
  'rightPanels',
  'depth',
  'panelDepth',
  'product',
  'adds',
] as const;
type Field = (typeof fields)[number];

/**
 * For each position, product[16 leftPanels][16 rightPanels] (+)= left' right: transformed tiles of the images and of the
 * gradient, packed in panels of 16 channels [panel][panelDepth][16] of which `depth` tiles are used.
 */
export const winogradGradientProducts: Operation<Field> = {
  name: 'winogradGradientProducts',
  fields,
  parts: args => args.positions * panelShares(args),
  run(kernels, args, part) {
    const { leftPanels, rightPanels, depth, panelDepth, product, adds } = args;
    const shares = panelShares(args);
    const position = Math.floor(part / shares);
    const [first, end] = shareOf(leftPanels, part - position * shares, shares);
    kernels.multiplyTransposed(
      args.left + position * args.leftPosition + 64 * first * panelDepth,
      args.right + position * args.rightPosition,
      depth,
      panelDepth,
      product + 4 * 256 * rightPanels * (position * leftPanels + first),
      64 * rightPanels,
      16 * (end - first),
      rightPanels,
      adds,
    );
  },
  cost: ({ positions, depth, leftPanels, rightPanels }) => ({
    flops: 512 * positions * depth * leftPanels * rightPanels,
    bytes: 64 * positions * (depth * (leftPanels + rightPanels) + 16 * leftPanels * rightPanels),
  }),
  sample: {
    positions: 3,
    left: 4096,
    leftPosition: 8192,
    leftPanels: 2,
    right: 65536,
    rightPosition: 8192,
    rightPanels: 3,
    depth: 13,
    panelDepth: 18,
    product: 1 << 20,
    adds: 1,
  },
};

function panelShares({ leftPanels }: Readonly<Record<'leftPanels', number>>): number {
  return Math.ceil(leftPanels / 8);
}
