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
import { type Operation, shareOf } from '../operation';
import { padTo, panelColumns } from '../padding';

/**
 * Part sums of the filters' gradient of `convolve`, [chunk][filterHeight filterWidth inputs][outputs padded to 16]: a part is
 * one row of the filter, or all rows of a small one, for one chunk of the outputs, whose patches' transpose it multiplies with
 * their gradient. `sumMatrices` adds the chunks.
 */
export const convolveFilterGradient: Operation<
  GeometryField | 'images' | 'gradient' | 'chunks' | 'partSums'
> = {
  name: 'convolveFilterGradient',
  fields: [...geometryFields, 'images', 'gradient', 'chunks', 'partSums'],
  parts: args => (args.filterHeight / partRows(args)) * args.chunks,
  run(kernels, args, part, scratch) {
    const { filterHeight, outputs, chunks } = args;
    const tapRows = partRows(args);
    const chunk = Math.floor((part * tapRows) / filterHeight);
    const tapRow = part * tapRows - chunk * filterHeight;
    const tapNumbers = args.filterWidth * args.inputs;
    const rows = tapRows * tapNumbers;
    const columns = padTo(outputs, panelColumns);
    const block = blockPixels(args);
    const left = scratch + 4 * block * rows;
    const right = left + 4 * block * padTo(rows, panelColumns);
    const sum = args.partSums + 4 * (chunk * filterHeight + tapRow) * tapNumbers * columns;
    const [start, end] = shareOf(outputPixels(args), chunk, chunks);
    for (let first = start; first < end; first += block) {
      const pixels = Math.min(block, end - first);
      kernels.gatherPatches(
        args.images,
        args.inHeight,
        args.inWidth,
        args.inputs,
        args.outHeight,
        args.outWidth,
        args.filterWidth,
        tapRow,
        tapRow + tapRows,
        args.strideHeight,
        args.strideWidth,
        args.padTop,
        args.padLeft,
        first,
        pixels,
        scratch,
        rows,
      );
      const gradient = args.gradient + 4 * first * outputs;
      const rightPanels = columns / panelColumns;
      kernels.packPanels(scratch, 4 * rows, pixels, rows, left, block, 0, Math.ceil(rows / panelColumns));
      kernels.packPanels(gradient, 4 * outputs, pixels, outputs, right, block, 0, rightPanels);
      const adds = first > start ? 1 : 0;
      kernels.multiplyTransposed(left, right, pixels, block, sum, 4 * columns, rows, rightPanels, adds);
    }
  },
  scratchBytes: geometry => {
    const rows = partRows(geometry) * geometry.filterWidth * geometry.inputs;
    const numbers = rows + padTo(rows, panelColumns) + padTo(geometry.outputs, panelColumns);
    return 4 * blockPixels(geometry) * numbers;
  },
  cost: geometry => ({ flops: directFlops(geometry), bytes: leastBytes(geometry) }),
  sample: {
    ...sampleGeometry,
    images: 4096,
    gradient: 65536,
    chunks: 3,
    partSums: 1 << 20,
  },
};

/** Chunks of the outputs: enough parts for many threads, unless the part sums would take more memory than they are worth. */
export function chunksOf(geometry: Geometry): number {
  const { filterHeight, filterWidth, inputs, outputs } = geometry;
  const bytes = 4 * filterHeight * filterWidth * inputs * padTo(outputs, panelColumns);
  const affordable = Math.floor((8 << 20) / bytes);
  const useful = Math.ceil(outputPixels(geometry) / blockPixels(geometry));
  return Math.max(1, Math.min(Math.ceil((32 * partRows(geometry)) / filterHeight), affordable, useful));
}

/** Rows of the filter that a part does: all where they make few numbers together, for each part packs the gradient anew. */
const partRows = (geometry: Geometry): number =>
  patchNumbers(geometry) <= 3 * panelColumns ? geometry.filterHeight : 1;

/** Outputs whose patches and gradients are packed at a time: panels of this depth stay in the first-level cache. */
function blockPixels(geometry: Geometry): number {
  const numbers = 2 * partRows(geometry) * geometry.filterWidth * geometry.inputs + geometry.outputs;
  return Math.max(16, Math.min(192, Math.floor(262144 / (4 * numbers))));
}
