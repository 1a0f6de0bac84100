import { Conv2D, type Conv2DAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import { explicitPadding, PaddedConv2D, type PaddedConv2DAttributes } from '../../../fused/paddedConvolution';
import { directFlops, type Geometry } from '../../convolutionGeometry';
import { geometryOf, type Padding } from '../../geometryOf';
import type { GpuBackend } from '../backend';
import { kernel } from '../kernel';
import type { Operands } from './operands';
import { elementOf, productCode, type Reading, type Tiling, tilingFor } from './productTiles';
import { runSized } from './sizedProgram';

interface Inputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
}

export const conv2d = kernel<Inputs, Conv2DAttrs>(Conv2D, ({ inputs, attrs, backend }) =>
  convolve(backend, inputs, attrs),
);

export const paddedConv2d = kernel<Inputs, PaddedConv2DAttributes>(
  PaddedConv2D,
  ({ inputs, attrs: { stride, padding }, backend }) =>
    convolve(backend, inputs, { strides: stride, pad: explicitPadding(padding), dataFormat: 'NHWC' }),
);

/**
 * The convolution as a product of matrices: a row is a pixel of the result (image, y, x), a column one of its channels, and
 * the depth runs over the filter (filter row, filter column, input channel). The left matrix is never written down: its number at
 * (pixel, filter place) is the pixel of x that lies there, or zero in the padding. The filter is the right matrix as it is.
 */
function convolve(backend: GpuBackend, { x, filter }: Inputs, padding: Padding): TensorInfo | undefined {
  const shape = geometryOf(x.shape, filter.shape, padding);
  if (!shape) return undefined;
  const { batch, outHeight, outWidth, outputs } = shape;
  const result = backend.output([batch, outHeight, outWidth, outputs]);
  const rows = batch * outHeight * outWidth;
  const tiling = tilingFor(rows, outputs);
  const { operands } = backend;
  runSized(backend, keyOf(shape, tiling, operands), shape, () => shaderOf(shape, tiling, operands), {
    outputs: [result],
    inputs: [x, filter],
    constants: { rows },
    workgroups: [Math.ceil(rows / tiling.rows), Math.ceil(outputs / tiling.columns), 1],
    flops: directFlops(shape),
  });
  return result;
}

/** What of the sizes changes the code itself. */
const keyOf = ({ inputs, outputs }: Geometry, tiling: Tiling, { name }: Operands): string =>
  `Conv2D ${tiling.rows} ${inputs % 4 === 0} ${outputs % 4 === 0} ${name}`;

function shaderOf(shape: Geometry, tiling: Tiling, operands: Operands) {
  const left: Reading = { along: 'depth', vector: shape.inputs % 4 === 0 };
  const right: Reading = { along: 'other', vector: shape.outputs % 4 === 0 };
  const program = productCode({
    tiling,
    operands,
    left,
    right,
    loadLeft: 'pixelAt(row, depth)',
    loadRight: `filters[(depth * sizes.outputs + column)${right.vector ? ' / 4u' : ''}]`,
    rows: 'constants.rows',
    columns: 'sizes.outputs',
    begin: '0u',
    end: 'sizes.filterHeight * sizes.filterWidth * sizes.inputs',
    store: 'y[row * sizes.outputs + column] = value;',
    declarations: `
fn pixelAt(row: u32, depth: u32) -> ${elementOf(left)} {
  let image = row / (sizes.outHeight * sizes.outWidth);
  let top = ((row / sizes.outWidth) % sizes.outHeight) * sizes.strideHeight + depth / (sizes.filterWidth * sizes.inputs);
  let side = (row % sizes.outWidth) * sizes.strideWidth + (depth / sizes.inputs) % sizes.filterWidth;
  let inY = top - sizes.padTop;
  let inX = side - sizes.padLeft;
  // Unsigned: above and left of the image is beyond its far ends.
  if (inY >= sizes.inHeight || inX >= sizes.inWidth) { return ${left.vector ? 'vec4f()' : '0.0'}; }
  return x[(((image * sizes.inHeight + inY) * sizes.inWidth + inX) * sizes.inputs + depth % sizes.inputs)${left.vector ? ' / 4u' : ''}];
}`,
  });
  return {
    name: 'Conv2D',
    outputs: { y: 'f32' as const },
    inputs: { x: elementOf(left), filters: elementOf(right) },
    constants: { rows: 'u32' as const },
    ...program,
  };
}
