import { backend_util, type Conv2DAttrs } from '@tensorflow/tfjs-core';
import type { GpuBackend, ShaderCall } from '../backend';
import { shaderFor } from '../kernel';
import type { Shader } from '../shader';

/** Sizes of a convolution; x [batch, inHeight, inWidth, inputs], y [batch, outHeight, outWidth, outputs]. */
export interface ConvolutionShape {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inputs: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outputs: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
}

export type Padding = Pick<Conv2DAttrs, 'strides' | 'pad' | 'dataFormat'> & {
  readonly dimRoundingMode?: Conv2DAttrs['dimRoundingMode'];
  readonly dilations?: [number, number] | number;
};

type Shape4 = [number, number, number, number];

/** Undefined for what no model here has: channels first, dilated filters, empty batches. */
export function convolutionShape(
  images: readonly number[],
  filters: readonly number[],
  { strides, pad, dimRoundingMode, dataFormat, dilations = 1 }: Padding,
): ConvolutionShape | undefined {
  if (dataFormat === 'NCHW') return undefined;
  const info = backend_util.computeConv2DInfo(
    images as Shape4,
    filters as Shape4,
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1 || info.batchSize === 0) return undefined;
  return {
    batch: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    inputs: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outputs: info.outChannels,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  };
}

/** All sizes but the batch, which the last batch of an epoch may have smaller. */
const sizesOf = ({ batch, ...sizes }: ConvolutionShape): Readonly<Record<string, number>> => sizes;

/**
 * Runs a program whose code reads the sizes as fields of `sizes`. They are constants of the program, so that divisions by them
 * cost little. On a processor a program takes half a second to translate, so there one for all sizes reads them when it runs.
 * `key`: what else the code depends on.
 */
export function runSized(
  backend: GpuBackend,
  key: string,
  shape: ConvolutionShape,
  make: () => Shader,
  call: ShaderCall,
): void {
  const sizes = sizesOf(shape);
  if (backend.isSoftware) {
    const shader = shaderFor(`${key} of any size`, () => {
      const { constants, code, ...rest } = make();
      const fields = Object.fromEntries(Object.keys(sizes).map(name => [name, 'u32'] as const));
      return {
        ...rest,
        constants: { ...constants, ...fields },
        code: code.replaceAll('sizes.', 'constants.'),
      };
    });
    backend.run(shader, { ...call, constants: { ...call.constants, ...sizes } });
    return;
  }
  const shader = shaderFor(`${key} ${Object.values(sizes)}`, () => {
    const { code, ...rest } = make();
    const fields = Object.keys(sizes).map(name => `${name}: u32`);
    const values = Object.values(sizes).map(value => `${value}u`);
    return { ...rest, code: `struct Sizes { ${fields} }\nconst sizes = Sizes(${values});\n${code}` };
  });
  backend.run(shader, call);
}

/** Of the direct computation. */
export function convolutionFlops(shape: ConvolutionShape): number {
  const { batch, outHeight, outWidth, outputs, filterHeight, filterWidth, inputs } = shape;
  return 2 * batch * outHeight * outWidth * outputs * filterHeight * filterWidth * inputs;
}
