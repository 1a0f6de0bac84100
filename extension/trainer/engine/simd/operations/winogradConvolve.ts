import {
  directFlops,
  type Geometry,
  type GeometryField,
  geometryFields,
  leastBytes,
} from '../convolution/geometry';
import {
  filterPositionBytes,
  paddedInputs,
  paddedOutputs,
  positionBytes,
  positionsOf,
  tileCounts,
  workspaceBytes,
} from '../convolution/winogradPlan';
import { maximumParts, type Operation } from '../operation';
import { padTo } from '../padding';

/**
 * A 3x3 convolution at stride 1 by Winograd's minimal filtering, block after block of tiles that stay in a thread's cache:
 * transform, one product for each position of the tile, transform back. `filters` are those of `winogradTransformFilters`.
 */
export const winogradConvolve: Operation<GeometryField | 'size' | 'images' | 'filters' | 'result'> = {
  name: 'winogradConvolve',
  fields: [...geometryFields, 'size', 'images', 'filters', 'result'],
  parts: args => Math.ceil(tileCounts(args, args.size).tiles / blockTiles(args, args.size)),
  run(kernels, args, part, scratch) {
    const { size } = args;
    const { tilesHigh, tilesWide, tiles } = tileCounts(args, size);
    const block = blockTiles(args, size);
    const first = part * block;
    const count = Math.min(block, tiles - first);
    const depth = paddedInputs(args.inputs);
    const columns = paddedOutputs(args.outputs);
    const position = positionBytes(4 * block * depth);
    const productPosition = positionBytes(4 * block * columns);
    const filterPosition = filterPositionBytes(args.inputs, args.outputs);
    const transformed = scratch + workspaceBytes;
    const products = transformed + positionsOf(size) * position;
    kernels.winogradTransformTiles(
      size,
      0,
      args.images,
      args.inHeight,
      args.inWidth,
      args.inputs,
      args.padTop,
      args.padLeft,
      tilesHigh,
      tilesWide,
      first,
      count,
      transformed,
      position,
      4 * depth,
      64,
      depth,
      scratch,
    );
    for (let p = 0; p < positionsOf(size); p++) {
      kernels.multiplyPanels(
        transformed + p * position,
        4 * depth,
        args.filters + p * filterPosition,
        depth,
        products + p * productPosition,
        4 * columns,
        count,
        columns,
        scratch,
      );
    }
    kernels.winogradWriteTiles(
      size,
      products,
      productPosition,
      4 * columns,
      args.result,
      args.outHeight,
      args.outWidth,
      args.outputs,
      tilesHigh,
      tilesWide,
      first,
      count,
      scratch,
    );
  },
  scratchBytes: args => {
    const block = blockTiles(args, args.size);
    const depth = paddedInputs(args.inputs);
    const columns = paddedOutputs(args.outputs);
    const perPosition = positionBytes(4 * block * depth) + positionBytes(4 * block * columns);
    return workspaceBytes + positionsOf(args.size) * perPosition;
  },
  cost: geometry => ({ flops: directFlops(geometry), bytes: leastBytes(geometry) }),
  sample: {
    batch: 2,
    inHeight: 9,
    inWidth: 7,
    inputs: 11,
    outHeight: 9,
    outWidth: 7,
    outputs: 21,
    filterHeight: 3,
    filterWidth: 3,
    strideHeight: 1,
    strideWidth: 1,
    padTop: 1,
    padLeft: 1,
    size: 4,
    images: 4096,
    filters: 65536,
    result: 1 << 20,
  },
};

/** Bytes of a block's transforms and products: less than the 512 KiB of a small second-level cache. */
const blockBytes = 393216;

/** Tiles of a part: whole register tiles, as many as the cache holds, yet several parts for few tiles. */
function blockTiles(geometry: Geometry, size: number): number {
  const perTile = 4 * positionsOf(size) * (paddedInputs(geometry.inputs) + paddedOutputs(geometry.outputs));
  const { tiles } = tileCounts(geometry, size);
  const fitting = Math.floor(blockBytes / perTile / 6) * 6;
  const several = padTo(Math.ceil(tiles / 16), 6);
  const few = padTo(Math.ceil(tiles / maximumParts), 6);
  return Math.max(12, few, Math.min(fitting, several));
}
