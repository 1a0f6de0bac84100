import type { Geometry } from '../convolution/geometry';
import { type Arguments, maximumParts, type Operation, shareOf } from '../operation';
import { padTo } from '../padding';

const fields = [
  'batch',
  'height',
  'width',
  'inputs',
  'gradientHeight',
  'gradientWidth',
  'outputs',
  'filterHeight',
  'filterWidth',
  'padTop',
  'padLeft',
  'gradient',
  'weights',
  'imagesGradient',
] as const;
type Field = (typeof fields)[number];

const sample: Arguments<Field> = {
  batch: 2,
  height: 5,
  width: 7,
  inputs: 3,
  gradientHeight: 5,
  gradientWidth: 7,
  outputs: 8,
  filterHeight: 3,
  filterWidth: 3,
  padTop: 1,
  padLeft: 1,
  gradient: 4096,
  weights: 65536,
  imagesGradient: 1 << 20,
};

/**
 * The images' gradient [batch][height][width][inputs] of a convolution at stride 1 with 1 to 3 inputs: a convolution of the
 * results' gradient, with `padTop` rows and `padLeft` columns of zeros before it, with the turned filters, `weights`
 * [filterHeight][inputs][filterWidth outputs].
 */
export const convolveFewInputsGradient: Operation<Field> = {
  name: 'convolveFewInputsGradient',
  fields,
  parts: partsOf,
  run(kernels, args, part, scratch) {
    const { batch, height, width, inputs, gradientHeight, gradientWidth, outputs, padTop, padLeft } = args;
    const padded = scratch + partSumsBytes;
    const paddedHeight = height + args.filterHeight - 1;
    const paddedWidth = width + args.filterWidth - 1;
    const [first, end] = shareOf(batch, part, partsOf(args));
    for (let i = first; i < end; i++) {
      kernels.padImage(
        args.gradient + 4 * i * gradientHeight * gradientWidth * outputs,
        gradientHeight,
        gradientWidth,
        outputs,
        padTop,
        padLeft,
        paddedHeight,
        paddedWidth,
        padded,
      );
      kernels.convolveToFewColumns(
        padded,
        paddedWidth,
        outputs,
        args.filterHeight,
        args.filterWidth,
        args.weights,
        args.imagesGradient + 4 * i * height * width * inputs,
        height,
        width,
        inputs,
        scratch,
      );
    }
  },
  scratchBytes: ({ height, width, filterHeight, filterWidth, outputs }) =>
    partSumsBytes + padTo(4 * (height + filterHeight - 1) * (width + filterWidth - 1) * outputs, 64),
  cost({ batch, height, width, inputs, gradientHeight, gradientWidth, outputs, filterHeight, filterWidth }) {
    const pixels = batch * gradientHeight * gradientWidth;
    const flops = 2 * pixels * outputs * filterHeight * filterWidth * inputs;
    return { flops, bytes: 4 * (pixels * outputs + batch * height * width * inputs) };
  },
  sample,
  moreSamples: [
    { ...sample, inputs: 2 },
    { ...sample, inputs: 1 },
  ],
};

/** Eight part sums for each of at most nine results of a tile. */
const partSumsBytes = 320;

/** Whether the images' gradient is better done so. */
export function hasFewInputsGradient(geometry: Geometry): boolean {
  const { inputs, outputs, filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft } = geometry;
  const dense = strideHeight === 1 && strideWidth === 1 && padTop < filterHeight && padLeft < filterWidth;
  return dense && inputs <= 3 && (filterWidth * outputs) % 8 === 0;
}

function partsOf({ batch }: Pick<Geometry, 'batch'>): number {
  return Math.min(batch, maximumParts);
}
