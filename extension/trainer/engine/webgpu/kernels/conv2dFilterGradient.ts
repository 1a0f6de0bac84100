import { Conv2DBackpropFilter, type Conv2DBackpropFilterAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import { directFlops, type Geometry } from '../../convolutionGeometry';
import { geometryOf } from '../../geometryOf';
import { eachIndex, rowOfWorkgroups } from '../elementwise';
import { kernel, sizeOf } from '../kernel';
import { largestOfImages, scaleFunctions } from './imageScales';
import type { Operands } from './operands';
import { busyWorkgroups, elementOf, productCode, type Reading, type Tiling, tilingFor } from './productTiles';
import { runSized } from './sizedProgram';

interface Inputs {
  readonly x: TensorInfo;
  readonly dy: TensorInfo;
}

/** Parts shorter than this would spend more on joining them than they gain. */
const shortestPart = 256;

/**
 * The gradient of a convolution's filter as a product of matrices: a row is a place of the filter with a channel of x, a
 * column a channel of y, and the depth runs over all pixels of y in the batch. The result is small and the depth is long
 * (131,072 for 128 images of 32 x 32), so the depth is split in parts that different workgroups sum (z counts them), as many as
 * keep the GPU busy; a second program adds the parts in their order. That also keeps sums short, and rounding with them.
 */
export const conv2dFilterGradient = kernel<Inputs, Conv2DBackpropFilterAttrs>(
  Conv2DBackpropFilter,
  ({ inputs: { x, dy }, attrs, backend }) => {
    const shape = geometryOf(x.shape, attrs.filterShape, attrs);
    if (!shape) return undefined;
    const { batch, outHeight, outWidth, outputs, filterHeight, filterWidth, inputs } = shape;
    const rows = filterHeight * filterWidth * inputs;
    const depth = batch * outHeight * outWidth;
    const most = Math.min(128, Math.ceil(depth / shortestPart));
    const tiling = tilingFor(rows, outputs, most);
    const tiles = Math.ceil(rows / tiling.rows) * Math.ceil(outputs / tiling.columns);
    const wanted = Math.min(most, Math.ceil(busyWorkgroups / tiles));
    const part = tiling.slice * Math.ceil(depth / wanted / tiling.slice);
    const parts = Math.ceil(depth / part);
    const result = backend.output([...attrs.filterShape]);
    const sums = parts > 1 ? backend.output([parts, rows, outputs]) : result;
    const { operands } = backend;
    const scales = operands.half ? [largestOfImages(backend, dy)] : [];
    runSized(backend, keyOf(shape, tiling, operands), shape, () => shaderOf(shape, tiling, operands), {
      outputs: [sums],
      inputs: [x, dy, ...scales],
      constants: { depth, part },
      workgroups: [Math.ceil(rows / tiling.rows), Math.ceil(outputs / tiling.columns), parts],
      flops: directFlops(shape),
    });
    for (const { dataId } of scales) backend.disposeData(dataId);
    if (parts > 1) {
      const count = sizeOf(result);
      backend.run(sumOfParts, {
        outputs: [result],
        inputs: [sums],
        constants: { count, parts },
        workgroups: rowOfWorkgroups(count),
      });
      backend.disposeData(sums.dataId);
    }
    return result;
  },
);

const sumOfParts = {
  name: 'Conv2DBackpropFilter, sum',
  outputs: { total: 'f32' },
  inputs: { sums: 'f32' },
  constants: { count: 'u32', parts: 'u32' },
  code: eachIndex(`
  var sum = 0.0;
  for (var part = 0u; part < constants.parts; part++) { sum += sums[part * constants.count + i]; }
  total[i] = sum;`),
} as const;

/** What of the sizes changes the code itself. */
const keyOf = ({ inputs, outputs }: Geometry, tiling: Tiling, { name }: Operands): string =>
  `Conv2DBackpropFilter ${tiling.rows} ${inputs % 4 === 0} ${outputs % 4 === 0} ${name}`;

function shaderOf(shape: Geometry, tiling: Tiling, operands: Operands) {
  const left: Reading = { along: 'other', vector: shape.inputs % 4 === 0 };
  const right: Reading = { along: 'other', vector: shape.outputs % 4 === 0 };
  const { half } = operands;
  const program = productCode({
    tiling,
    operands,
    left,
    right,
    loadLeft: 'pixelAt(row, depth)',
    prologue: half ? 'let scale = scaleOf(group.z);' : '',
    loadRight: `dy[(depth * sizes.outputs + column)${right.vector ? ' / 4u' : ''}]${half ? ' * scale' : ''}`,
    rows: 'sizes.filterHeight * sizes.filterWidth * sizes.inputs',
    columns: 'sizes.outputs',
    begin: 'group.z * constants.part',
    end: 'min(begin + constants.part, constants.depth)',
    store: `sums[(group.z * rows + row) * columns + column] = value${half ? ' * inverse(scale)' : ''};`,
    declarations: `${half ? scaleFunctions + scaleOfPart : ''}
fn pixelAt(row: u32, depth: u32) -> ${elementOf(left)} {
  let image = depth / (sizes.outHeight * sizes.outWidth);
  let inY = ((depth / sizes.outWidth) % sizes.outHeight) * sizes.strideHeight + row / (sizes.filterWidth * sizes.inputs) - sizes.padTop;
  let inX = (depth % sizes.outWidth) * sizes.strideWidth + (row / sizes.inputs) % sizes.filterWidth - sizes.padLeft;
  // Unsigned: above and left of the image is beyond its far ends.
  if (inY >= sizes.inHeight || inX >= sizes.inWidth) { return ${left.vector ? 'vec4f()' : '0.0'}; }
  return x[(((image * sizes.inHeight + inY) * sizes.inWidth + inX) * sizes.inputs + row % sizes.inputs)${left.vector ? ' / 4u' : ''}];
}`,
  });
  return {
    name: 'Conv2DBackpropFilter',
    outputs: { sums: 'f32' as const },
    inputs: { x: elementOf(left), dy: elementOf(right), ...(half ? { largest: 'f32' as const } : {}) },
    constants: { depth: 'u32' as const, part: 'u32' as const },
    ...program,
  };
}

/** One scale for all images of which a part of the depth has pixels: their products are added up. */
const scaleOfPart = `
fn scaleOf(part: u32) -> f32 {
  let pixels = sizes.outHeight * sizes.outWidth;
  let end = min((part + 1u) * constants.part, constants.depth);
  var most = 0.0;
  for (var image = part * constants.part / pixels; image * pixels < end; image++) { most = max(most, largest[image]); }
  return scaleFor(most);
}`;
