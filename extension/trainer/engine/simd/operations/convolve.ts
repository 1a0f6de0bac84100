import {
  directFlops,
  type Geometry,
  type GeometryField,
  geometryFields,
  leastBytes,
  outputPixels,
  patchNumbers,
  sampleGeometry,
} from '../convolution/geometry';
import { maximumParts, type Operation } from '../operation';
import { padTo, tileBytes } from '../padding';

/**
 * A convolution as a product: blocks of patches, gathered in the cache, times the filters packed by `packMatrix` as
 * [filterHeight filterWidth inputs][outputs].
 */
export const convolve: Operation<GeometryField | 'images' | 'panels' | 'result'> = {
  name: 'convolve',
  fields: [...geometryFields, 'images', 'panels', 'result'],
  parts: geometry => Math.ceil(outputPixels(geometry) / blockPixels(geometry)),
  run(kernels, args, part, scratch) {
    const first = part * blockPixels(args);
    const count = Math.min(blockPixels(args), outputPixels(args) - first);
    const depth = patchNumbers(args);
    const patches = scratch + tileBytes;
    kernels.gatherPatches(
      args.images,
      args.inHeight,
      args.inWidth,
      args.inputs,
      args.outHeight,
      args.outWidth,
      args.filterWidth,
      0,
      args.filterHeight,
      args.strideHeight,
      args.strideWidth,
      args.padTop,
      args.padLeft,
      first,
      count,
      patches,
      depth,
    );
    const stride = 4 * args.outputs;
    const result = args.result + first * stride;
    kernels.multiplyPanels(
      patches,
      4 * depth,
      args.panels,
      depth,
      result,
      stride,
      count,
      args.outputs,
      scratch,
    );
  },
  scratchBytes: geometry => tileBytes + 4 * blockPixels(geometry) * patchNumbers(geometry),
  cost: geometry => ({ flops: directFlops(geometry), bytes: leastBytes(geometry) }),
  sample: {
    ...sampleGeometry,
    images: 4096,
    panels: 65536,
    result: 1 << 20,
  },
};

/** Bytes of a block of patches: about half of a second-level cache. */
const blockBytes = 196608;

/** Outputs of a part: several register tiles, and few enough parts. */
function blockPixels(geometry: Geometry): number {
  const fitting = Math.floor(blockBytes / (4 * patchNumbers(geometry)));
  const few = Math.ceil(outputPixels(geometry) / maximumParts);
  return padTo(Math.max(Math.min(fitting, 192), 12, few), 6);
}
