import { Conv2DBackpropInput, type Conv2DBackpropInputAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import { directFlops, type Geometry } from '../../convolutionGeometry';
import { geometryOf } from '../../geometryOf';
import { kernel } from '../kernel';
import { largestOfImages, scaleFunctions } from './imageScales';
import type { Operands } from './operands';
import { elementOf, productCode, type Reading, type Tiling, tilingFor } from './productTiles';
import { runSized } from './sizedProgram';

interface Inputs {
  readonly dy: TensorInfo;
  readonly filter: TensorInfo;
}

/**
 * The gradient of a convolution's images as a product of matrices: a row is a pixel of x, a column one of its channels, and the
 * depth runs over the places of the filter and the channels of y: dx[pixel, i] = sum dy[pixel of y, o] filter[place, i, o]. The
 * filter's numbers lie along the depth.
 *
 * With a stride only every so many places of the filter meet a pixel: those whose distance from it is a multiple of the
 * stride. Pixels of one phase (row modulo stride, column modulo stride) meet the same places, so each phase is a product of its
 * own, with no place that adds only zeros; workgroup z counts the phases.
 */
export const conv2dInputGradient = kernel<Inputs, Conv2DBackpropInputAttrs>(
  Conv2DBackpropInput,
  ({ inputs: { dy, filter }, attrs, backend }) => {
    const shape = geometryOf(attrs.inputShape, filter.shape, attrs);
    if (!shape) return undefined;
    const { batch, inHeight, inWidth, inputs, strideHeight, strideWidth } = shape;
    const result = backend.output([batch, inHeight, inWidth, inputs]);
    const phases = phasesOf(shape);
    const rows = batch * Math.ceil(inHeight / strideHeight) * Math.ceil(inWidth / strideWidth);
    const tiling = tilingFor(rows, inputs, phases);
    const { operands } = backend;
    const scales = operands.half ? [largestOfImages(backend, dy)] : [];
    runSized(backend, keyOf(shape, tiling, operands), shape, () => shaderOf(shape, tiling, operands), {
      outputs: [result],
      inputs: [dy, filter, ...scales],
      constants: { batch },
      workgroups: [Math.ceil(rows / tiling.rows), Math.ceil(inputs / tiling.columns), phases],
      flops: directFlops(shape),
    });
    for (const { dataId } of scales) backend.disposeData(dataId);
    return result;
  },
);

/** What of the sizes changes the code itself. */
const keyOf = (shape: Geometry, tiling: Tiling, { name }: Operands): string =>
  `Conv2DBackpropInput ${tiling.rows} ${shape.outputs % 4 === 0} ${phasesOf(shape) === 1} ${name}`;

const phasesOf = ({ strideHeight, strideWidth }: Geometry): number => strideHeight * strideWidth;

function shaderOf(shape: Geometry, tiling: Tiling, operands: Operands) {
  const vector = shape.outputs % 4 === 0;
  const left: Reading = { along: 'depth', vector };
  const right: Reading = { along: 'depth', vector };
  const four = vector ? ' / 4u' : '';
  const scale = operands.half ? ' * scaleFor(largest[image])' : '';
  const back = operands.half ? ' * inverse(scaleFor(largest[row / (phase.height * phase.width)]))' : '';
  const program = productCode({
    tiling,
    operands,
    left,
    right,
    // A constant where there is no stride, and divisions by it cost little.
    prologue: `let phase = phaseOf(${phasesOf(shape) === 1 ? '0u' : 'group.z'});`,
    loadLeft: 'gradientAt(row, depth, phase)',
    loadRight: `filters[((placeOf(depth, phase) * sizes.inputs + column) * sizes.outputs + depth % sizes.outputs)${four}]`,
    rows: 'constants.batch * phase.height * phase.width',
    columns: 'sizes.inputs',
    begin: '0u',
    end: 'phase.placesHigh * phase.placesWide * sizes.outputs',
    store: `dx[pixelOf(row, phase) * sizes.inputs + column] = value${back};`,
    declarations: `${operands.half ? scaleFunctions : ''}
struct Phase { y: u32, x: u32, height: u32, width: u32, firstPlaceY: u32, firstPlaceX: u32, placesHigh: u32, placesWide: u32 }
fn countFrom(first: u32, size: u32, step: u32) -> u32 { return select(0u, (size - first + step - 1u) / step, first < size); }
fn phaseOf(z: u32) -> Phase {
  let y = z / sizes.strideWidth;
  let x = z % sizes.strideWidth;
  let placeY = (y + sizes.padTop) % sizes.strideHeight;
  let placeX = (x + sizes.padLeft) % sizes.strideWidth;
  return Phase(y, x, countFrom(y, sizes.inHeight, sizes.strideHeight), countFrom(x, sizes.inWidth, sizes.strideWidth), placeY, placeX,
    countFrom(placeY, sizes.filterHeight, sizes.strideHeight), countFrom(placeX, sizes.filterWidth, sizes.strideWidth));
}
fn pixelOf(row: u32, phase: Phase) -> u32 {
  let image = row / (phase.height * phase.width);
  let y = (row / phase.width) % phase.height * sizes.strideHeight + phase.y;
  return (image * sizes.inHeight + y) * sizes.inWidth + row % phase.width * sizes.strideWidth + phase.x;
}
// Row and column of the filter as one number.
fn placeOf(depth: u32, phase: Phase) -> u32 {
  let place = depth / sizes.outputs;
  let filterY = phase.firstPlaceY + place / phase.placesWide * sizes.strideHeight;
  return filterY * sizes.filterWidth + phase.firstPlaceX + place % phase.placesWide * sizes.strideWidth;
}
fn gradientAt(row: u32, depth: u32, phase: Phase) -> ${elementOf(left)} {
  let image = row / (phase.height * phase.width);
  let place = depth / sizes.outputs;
  let inY = (row / phase.width) % phase.height * sizes.strideHeight + phase.y;
  let inX = row % phase.width * sizes.strideWidth + phase.x;
  let top = inY + sizes.padTop;
  let side = inX + sizes.padLeft;
  let down = phase.firstPlaceY + place / phase.placesWide * sizes.strideHeight;
  let across = phase.firstPlaceX + place % phase.placesWide * sizes.strideWidth;
  let outY = (top - down) / sizes.strideHeight;
  let outX = (side - across) / sizes.strideWidth;
  if (top < down || side < across || outY >= sizes.outHeight || outX >= sizes.outWidth) { return ${vector ? 'vec4f()' : '0.0'}; }
  return dy[(((image * sizes.outHeight + outY) * sizes.outWidth + outX) * sizes.outputs + depth % sizes.outputs)${four}]${scale};
}`,
  });
  return {
    name: 'Conv2DBackpropInput',
    outputs: { dx: 'f32' as const },
    inputs: {
      dy: elementOf(left),
      filters: elementOf(right),
      ...(operands.half ? { largest: 'f32' as const } : {}),
    },
    constants: { batch: 'u32' as const },
    ...program,
  };
}
