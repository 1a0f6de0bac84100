import { workspaceBytes } from '../convolution/winogradPlan';
import { type Operation, shareOf } from '../operation';

const fields = [
  'size',
  'ofGradient',
  'images',
  'height',
  'width',
  'channels',
  'padTop',
  'padLeft',
  'tilesHigh',
  'tilesWide',
  'firstTile',
  'count',
  'target',
  'position',
  'tileStride',
  'groupStride',
  'paddedChannels',
] as const;
type Field = (typeof fields)[number];

/** Transforms `count` tiles of images, or of an output's gradient, to matrices of a position each (kernels/winogradTiles.ts). */
export const winogradToPositions: Operation<Field> = {
  name: 'winogradToPositions',
  fields,
  parts: partsOf,
  run(kernels, args, part, scratch) {
    const [start, end] = shareOf(args.count, part, partsOf(args));
    kernels.winogradTransformTiles(
      args.size,
      args.ofGradient,
      args.images,
      args.height,
      args.width,
      args.channels,
      args.padTop,
      args.padLeft,
      args.tilesHigh,
      args.tilesWide,
      args.firstTile + start,
      end - start,
      args.target + start * args.tileStride,
      args.position,
      args.tileStride,
      args.groupStride,
      args.paddedChannels,
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
    ofGradient: 1,
    images: 4096,
    height: 9,
    width: 7,
    channels: 21,
    padTop: 0,
    padLeft: 0,
    tilesHigh: 3,
    tilesWide: 2,
    firstTile: 0,
    count: 12,
    target: 65536,
    position: 12 * 128,
    tileStride: 64,
    groupStride: 12 * 64,
    paddedChannels: 32,
  },
};

/** Parts of about 64 KiB of transforms. */
function partsOf({
  size,
  count,
  paddedChannels,
}: Record<'size' | 'count' | 'paddedChannels', number>): number {
  const bytes = 4 * count * paddedChannels * (size + 2) ** 2;
  return Math.max(1, Math.min(count, Math.ceil(bytes / 65536), 256));
}
