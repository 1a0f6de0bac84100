import {
  directFlops,
  type Geometry,
  type GeometryField,
  geometryFields,
  leastBytes,
  patchNumbers,
  sampleGeometry,
} from '../convolution/geometry';
import { maximumParts, type Operation, shareOf } from '../operation';
import { padTo, panelColumns, tileBytes } from '../padding';

/**
 * The gradient of `convolve` with respect to the images: blocks of the results' gradient times the filters, packed by
 * `packMatrix` as [outputs][filterHeight filterWidth inputs], give the gradients of patches, which are added up where they came
 * from. A part is whole images, for patches overlap.
 */
export const convolveInputGradient: Operation<GeometryField | 'gradient' | 'panels' | 'imagesGradient'> = {
  name: 'convolveInputGradient',
  fields: [...geometryFields, 'gradient', 'panels', 'imagesGradient'],
  parts: ({ batch }) => Math.min(batch, maximumParts),
  run(kernels, args, part, scratch) {
    const { batch, inHeight, inWidth, inputs, outHeight, outWidth, outputs, imagesGradient } = args;
    const [firstImage, endImage] = shareOf(batch, part, Math.min(batch, maximumParts));
    const imageNumbers = inHeight * inWidth * inputs;
    const count = (endImage - firstImage) * imageNumbers;
    kernels.fillZero(imagesGradient + 4 * firstImage * imageNumbers, count);
    const columns = padTo(patchNumbers(args), panelColumns);
    const block = blockPixels(args);
    const patches = scratch + tileBytes;
    const end = endImage * outHeight * outWidth;
    for (let first = firstImage * outHeight * outWidth; first < end; first += block) {
      const pixels = Math.min(block, end - first);
      const rows = args.gradient + 4 * first * outputs;
      kernels.multiplyPanels(
        rows,
        4 * outputs,
        args.panels,
        outputs,
        patches,
        4 * columns,
        pixels,
        columns,
        scratch,
      );
      kernels.scatterPatches(
        imagesGradient,
        inHeight,
        inWidth,
        inputs,
        outHeight,
        outWidth,
        args.filterHeight,
        args.filterWidth,
        args.strideHeight,
        args.strideWidth,
        args.padTop,
        args.padLeft,
        first,
        pixels,
        patches,
        columns,
      );
    }
  },
  scratchBytes: geometry =>
    tileBytes + 4 * blockPixels(geometry) * padTo(patchNumbers(geometry), panelColumns),
  cost: geometry => ({ flops: directFlops(geometry), bytes: leastBytes(geometry) }),
  sample: {
    ...sampleGeometry,
    gradient: 4096,
    panels: 65536,
    imagesGradient: 1 << 20,
  },
};

/** Bytes of a block of patches: about half of a second-level cache. */
const blockBytes = 196608;

function blockPixels(geometry: Geometry): number {
  const fitting = Math.floor(blockBytes / (4 * padTo(patchNumbers(geometry), panelColumns)));
  return padTo(Math.max(Math.min(fitting, 192), 12), 6);
}
