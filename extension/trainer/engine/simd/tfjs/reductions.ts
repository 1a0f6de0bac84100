import {
  ArgMax,
  type ArgMaxAttrs,
  backend_util,
  type KernelConfig,
  Max,
  type MaxAttrs,
  Mean,
  type MeanAttrs,
  Min,
  type MinAttrs,
  Sum,
  type SumAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend';
import type { ReductionName } from '../formulas';
import { unary } from '../operations/pointwise';
import { reductions } from '../operations/reduce';
import { fallback, isFloat, kernel, sizeOf } from './kernel';
import { product } from './shape';

interface Inputs {
  readonly x: TensorInfo;
}

export const reductionKernels: readonly KernelConfig[] = [
  kernel<Inputs, SumAttrs>(Sum, call => {
    const { inputs, attrs, backend } = call;
    if (inputs.x.dtype !== 'float32') return fallback(Sum, call);
    return reduce(backend, 'sum', inputs.x, attrs.axis, attrs.keepDims);
  }),
  kernel<Inputs, MeanAttrs>(Mean, call => {
    const { inputs, attrs, backend } = call;
    if (inputs.x.dtype !== 'float32') return fallback(Mean, call);
    const result = reduce(backend, 'sum', inputs.x, attrs.axis, attrs.keepDims);
    const [count, address] = [sizeOf(result), backend.addressOf(result)];
    if (count === 0) return result;
    const share = count / sizeOf(inputs.x);
    backend.run(unary.scale, { x: address, result: address, count, p: share, q: 0 });
    return result;
  }),
  kernel<Inputs, MaxAttrs>(Max, call => {
    const { inputs, attrs, backend } = call;
    if (!isFloat(inputs.x)) return fallback(Max, call);
    return reduce(backend, 'largest', inputs.x, attrs.reductionIndices, attrs.keepDims);
  }),
  kernel<Inputs, MinAttrs>(Min, call => {
    const { inputs, attrs, backend } = call;
    if (!isFloat(inputs.x)) return fallback(Min, call);
    return reduce(backend, 'smallest', inputs.x, attrs.axis, attrs.keepDims);
  }),
  kernel<Inputs, ArgMaxAttrs>(ArgMax, call => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    const last = x.shape.length - 1;
    if (!isFloat(x) || attrs.axis !== last) return fallback(ArgMax, call);
    const result = backend.output(x.shape.slice(0, last), 'int32');
    const classes = x.shape[last] ?? 1;
    const numbers = backend.machine.floats(backend.addressOf(x), sizeOf(x));
    const places = backend.machine.integers(backend.addressOf(result), sizeOf(result));
    for (let row = 0; row < places.length; row++)
      places[row] = placeOfLargest(numbers, row * classes, classes);
    return result;
  }),
];

/** The first place of the largest number. */
function placeOfLargest(numbers: Float32Array, start: number, count: number): number {
  let place = 0;
  let largest = numbers[start] ?? 0;
  for (let i = 1; i < count; i++) {
    const value = numbers[start + i] ?? 0;
    if (value > largest) {
      largest = value;
      place = i;
    }
  }
  return place;
}

/** Chunks of long axes: rounding errors grow with the chunk and with the number of chunks, not with their product. */
const chunkOfRow = 4096;
const chunkOfColumns = 256;

function reduce(
  backend: SimdBackend,
  name: ReductionName,
  x: TensorInfo,
  axis: number | number[],
  keepDims: boolean,
): TensorInfo {
  const axes = util.parseAxisParam(axis, x.shape);
  const [shape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const kept = keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape;
  let current = backend.share(x, x.shape);
  for (;;) {
    const next = reduceOnce(backend, name, current, axes);
    if (!next) break;
    backend.release(current);
    current = next;
  }
  const result = { ...current, shape: kept };
  return result;
}

/** With one group of neighbouring axes reduced, perhaps to chunks only; undefined when nothing is left to reduce. */
function reduceOnce(
  backend: SimdBackend,
  name: ReductionName,
  x: TensorInfo,
  axes: readonly number[],
): TensorInfo | undefined {
  const first = axes.find(axis => x.shape[axis] !== 1);
  if (first === undefined) return undefined;
  let end = first + 1;
  while (axes.includes(end)) end++;
  const blocks = product(x.shape.slice(0, first));
  const length = product(x.shape.slice(first, end));
  const columns = product(x.shape.slice(end));
  const longest = columns === 1 ? chunkOfRow : chunkOfColumns;
  const chunk = length <= 2 * longest ? Math.max(length, 1) : longest;
  const shape = x.shape.map((size, axis) => (axis >= first && axis < end ? 1 : size));
  shape[first] = Math.ceil(length / chunk) || 1;
  const result = backend.output(shape);
  backend.run(reductions[name], {
    source: backend.addressOf(x),
    result: backend.addressOf(result),
    blocks,
    length,
    columns,
    chunk,
  });
  return result;
}
