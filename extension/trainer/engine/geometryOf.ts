import { backend_util, type Conv2DAttrs } from '@tensorflow/tfjs-core';
import type { Geometry } from './convolutionGeometry';

export type Padding = Pick<Conv2DAttrs, 'strides' | 'pad' | 'dataFormat'> & {
  readonly dimRoundingMode?: Conv2DAttrs['dimRoundingMode'];
  readonly dilations?: [number, number] | number;
};

type Shape4 = [number, number, number, number];

/** Undefined for what no model here has: channels first, dilated filters, empty batches. */
export function geometryOf(
  images: readonly number[],
  filters: readonly number[],
  { strides, pad, dimRoundingMode, dataFormat, dilations = 1 }: Padding,
): Geometry | undefined {
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
