import { workspaceBytes } from '../convolution/winogradPlan';
import { type Operation, shareOf } from '../operation';

const fields = [
  'size',
  'products',
  'position',
  'tileStride',
  'images',
  'height',
  'width',
  'channels',
  'tilesHigh',
  'tilesWide',
  'firstTile',
  'count',
] as const;
type Field = (typeof fields)[number];

/** Writes the outputs of `count` tiles from matrices of a position each (kernels/winogradTiles.ts). */
export const winogradFromPositions: Operation<Field> = {
  name: 'winogradFromPositions',
  fields,
  parts: partsOf,
  run(kernels, args, part, scratch) {
    const [start, end] = shareOf(args.count, part, partsOf(args));
    kernels.winogradWriteTiles(
      args.size,
      args.products + start * args.tileStride,
      args.position,
      args.tileStride,
      args.images,
      args.height,
      args.width,
      args.channels,
      args.tilesHigh,
      args.tilesWide,
      args.firstTile + start,
      end - start,
      scratch,
    );
  },
  scratchBytes: () => workspaceBytes,
  cost: ({ size, count, channels }) => ({
    flops: 0,
    bytes: 4 * count * channels * (size ** 2 + (size + 2) ** 2),
  }),
  sample: {
    size: 4,
    products: 65536,
    position: 12 * 128,
    tileStride: 128,
    images: 4096,
    height: 9,
    width: 7,
    channels: 21,
    tilesHigh: 3,
    tilesWide: 2,
    firstTile: 0,
    count: 12,
  },
};

/** Parts of about 64 KiB of products. */
function partsOf({ size, count, tileStride }: Record<'size' | 'count' | 'tileStride', number>): number {
  return Math.max(1, Math.min(count, Math.ceil((count * tileStride * (size + 2) ** 2) / 65536), 256));
}
