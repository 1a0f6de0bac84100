import type { Geometry } from '../../../../../extension/trainer/engine/simd/convolution/geometry';

/** Sizes that a test gives; stride 1, no padding and one image where it does not say. */
export interface ConvolutionCase {
  readonly batch?: number;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly filter: readonly [height: number, width: number];
  readonly stride?: readonly [height: number, width: number];
  /** Zeros before and after rows and columns. */
  readonly pad?: readonly [top: number, bottom: number, left: number, right: number];
}

export function geometryOf(sizes: ConvolutionCase): Geometry {
  const [filterHeight, filterWidth] = sizes.filter;
  const [strideHeight, strideWidth] = sizes.stride ?? [1, 1];
  const [padTop, padBottom, padLeft, padRight] = sizes.pad ?? [0, 0, 0, 0];
  return {
    batch: sizes.batch ?? 1,
    inHeight: sizes.height,
    inWidth: sizes.width,
    inputs: sizes.inputs,
    outHeight: Math.floor((sizes.height + padTop + padBottom - filterHeight) / strideHeight) + 1,
    outWidth: Math.floor((sizes.width + padLeft + padRight - filterWidth) / strideWidth) + 1,
    outputs: sizes.outputs,
    filterHeight,
    filterWidth,
    strideHeight,
    strideWidth,
    padTop,
    padLeft,
  };
}

export interface ConvolutionSizes {
  readonly images: number;
  readonly filters: number;
  readonly results: number;
}

export function sizesOf(g: Geometry): ConvolutionSizes {
  return {
    images: g.batch * g.inHeight * g.inWidth * g.inputs,
    filters: g.filterHeight * g.filterWidth * g.inputs * g.outputs,
    results: g.batch * g.outHeight * g.outWidth * g.outputs,
  };
}

/** The convolution in float64, term by term. */
export function forward(g: Geometry, images: Float32Array, filters: Float32Array): Float64Array {
  const result = new Float64Array(sizesOf(g).results);
  eachProduct(g, (image, filter, output) => {
    for (let i = 0; i < g.inputs; i++) {
      const value = images[image + i] ?? Number.NaN;
      for (let o = 0; o < g.outputs; o++) {
        result[output + o] = (result[output + o] ?? 0) + value * (filters[filter + i * g.outputs + o] ?? 0);
      }
    }
  });
  return result;
}

export function inputGradient(g: Geometry, gradient: Float32Array, filters: Float32Array): Float64Array {
  const result = new Float64Array(sizesOf(g).images);
  eachProduct(g, (image, filter, output) => {
    for (let i = 0; i < g.inputs; i++) {
      let sum = 0;
      for (let o = 0; o < g.outputs; o++) {
        sum += (gradient[output + o] ?? Number.NaN) * (filters[filter + i * g.outputs + o] ?? 0);
      }
      result[image + i] = (result[image + i] ?? 0) + sum;
    }
  });
  return result;
}

export function filterGradient(g: Geometry, images: Float32Array, gradient: Float32Array): Float64Array {
  const result = new Float64Array(sizesOf(g).filters);
  eachProduct(g, (image, filter, output) => {
    for (let i = 0; i < g.inputs; i++) {
      const value = images[image + i] ?? Number.NaN;
      const row = filter + i * g.outputs;
      for (let o = 0; o < g.outputs; o++) {
        result[row + o] = (result[row + o] ?? 0) + value * (gradient[output + o] ?? 0);
      }
    }
  });
  return result;
}

/** Calls `visit` with the offsets of the pixel, of the tap's matrix and of the output for each pair that meets. */
function eachProduct(g: Geometry, visit: (image: number, filter: number, output: number) => void): void {
  for (let n = 0; n < g.batch; n++) {
    for (let y = 0; y < g.outHeight; y++) {
      for (let x = 0; x < g.outWidth; x++) {
        const output = ((n * g.outHeight + y) * g.outWidth + x) * g.outputs;
        for (let ky = 0; ky < g.filterHeight; ky++) {
          const row = y * g.strideHeight + ky - g.padTop;
          if (row < 0 || row >= g.inHeight) continue;
          for (let kx = 0; kx < g.filterWidth; kx++) {
            const column = x * g.strideWidth + kx - g.padLeft;
            if (column < 0 || column >= g.inWidth) continue;
            const image = ((n * g.inHeight + row) * g.inWidth + column) * g.inputs;
            visit(image, (ky * g.filterWidth + kx) * g.inputs * g.outputs, output);
          }
        }
      }
    }
  }
}
