import {
  backend_util,
  Concat,
  type ConcatAttrs,
  GatherV2,
  type GatherV2Attrs,
  type KernelConfig,
  PadV2,
  type PadV2Attrs,
  Slice,
  type SliceAttrs,
  slice_util,
  type TensorInfo,
  Tile,
  type TileAttrs,
  Transpose,
  type TransposeAttrs,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend';
import { copyStrided } from '../operations/copyStrided';
import { fallback, kernel, sizeOf } from './kernel';
import { product, stridesOf } from './shape';
import { filled } from './values';

interface Inputs {
  readonly x: TensorInfo;
}

/** An axis of a copy: its size, and the numbers from one place to the next in source and target. */
interface Axis {
  size: number;
  readonly source: number;
  readonly target: number;
}

/** Kernels that only put numbers elsewhere. */
export const moveKernels: readonly KernelConfig[] = [
  kernel<Inputs, TransposeAttrs>(Transpose, call => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    const shape = attrs.perm.map(axis => x.shape[axis] ?? 1);
    const from = stridesOf(x.shape);
    const to = stridesOf(shape);
    const axes = attrs.perm.map((axis, i) => ({
      size: shape[i] ?? 1,
      source: from[axis] ?? 1,
      target: to[i] ?? 1,
    }));
    return copied(backend, x, shape, axes) ?? fallback(Transpose, call);
  }),
  kernel<Inputs, SliceAttrs>(Slice, call => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    const [begin, size] = slice_util.parseSliceParams(x, attrs.begin, attrs.size) as [number[], number[]];
    slice_util.assertParamsValid(x, begin, size);
    const from = stridesOf(x.shape);
    const start = begin.reduce((offset, at, axis) => offset + at * (from[axis] ?? 1), 0);
    const axes = between(size, from, stridesOf(size));
    return copied(backend, x, size, axes, start) ?? fallback(Slice, call);
  }),
  kernel<Inputs, PadV2Attrs>(PadV2, call => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    const { paddings, constantValue } = attrs;
    const shape = x.shape.map((size, axis) => size + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0));
    const to = stridesOf(shape);
    const start = paddings.reduce((offset, [before], axis) => offset + before * (to[axis] ?? 1), 0);
    const axes = joined(between(x.shape, stridesOf(x.shape), to));
    if (x.dtype === 'string' || axes.length > 5) return fallback(PadV2, call);
    const result = filled(backend, shape, x.dtype, constantValue);
    copy(backend, backend.addressOf(x), backend.addressOf(result) + 4 * start, axes);
    return result;
  }),
  kernel<TensorInfo[], ConcatAttrs>(Concat, call => {
    const { inputs, attrs, backend } = call;
    const [first] = inputs;
    if (!first || inputs.some(({ dtype }) => dtype !== first.dtype || dtype === 'string'))
      return fallback(Concat, call);
    const axis = util.parseAxisParam(attrs.axis, first.shape)[0] ?? 0;
    const shapes = inputs.map(({ shape }) => shape);
    backend_util.assertParamsConsistent(shapes, axis);
    const shape = backend_util.computeOutShape(shapes, axis);
    const result = backend.output(shape, first.dtype);
    const row = product(shape.slice(axis));
    let target = backend.addressOf(result);
    for (const input of inputs) {
      const part = product(input.shape.slice(axis));
      const axes = joined([
        { size: product(shape.slice(0, axis)), source: part, target: row },
        { size: part, source: 1, target: 1 },
      ]);
      copy(backend, backend.addressOf(input), target, axes);
      target += 4 * part;
    }
    return result;
  }),
  kernel<Inputs, TileAttrs>(Tile, call => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    const shape = x.shape.map((size, axis) => size * (attrs.reps[axis] ?? 1));
    const from = stridesOf(x.shape);
    const to = stridesOf(shape);
    const axes = x.shape.flatMap((size, axis) => [
      { size: attrs.reps[axis] ?? 1, source: 0, target: size * (to[axis] ?? 1) },
      { size, source: from[axis] ?? 1, target: to[axis] ?? 1 },
    ]);
    return copied(backend, x, shape, axes) ?? fallback(Tile, call);
  }),
  kernel<{ readonly x: TensorInfo; readonly indices: TensorInfo }, GatherV2Attrs>(GatherV2, call => {
    const { inputs, attrs, backend } = call;
    const { x, indices } = inputs;
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0];
    if (axis !== 0 || attrs.batchDims !== 0 || x.dtype === 'string' || indices.dtype !== 'int32')
      return fallback(GatherV2, call);
    const result = backend.output([...indices.shape, ...x.shape.slice(1)], x.dtype);
    const row = product(x.shape.slice(1));
    const rows = x.shape[0] ?? 0;
    const from = backend.machine.integers(backend.addressOf(x), sizeOf(x));
    const to = backend.machine.integers(backend.addressOf(result), sizeOf(result));
    backend.machine.integers(backend.addressOf(indices), sizeOf(indices)).forEach((index, i) => {
      if (index < 0 || index >= rows)
        throw new Error(`gather: index ${index} is not below the number of rows, ${rows}`);
      to.set(from.subarray(index * row, (index + 1) * row), i * row);
    });
    return result;
  }),
];

function between(shape: readonly number[], source: readonly number[], target: readonly number[]): Axis[] {
  return shape.map((size, axis) => ({ size, source: source[axis] ?? 1, target: target[axis] ?? 1 }));
}

/** A dense tensor of that shape, copied from `start` numbers into x on; undefined where too many axes remain. */
function copied(
  backend: SimdBackend,
  x: TensorInfo,
  shape: readonly number[],
  axes: readonly Axis[],
  start = 0,
): TensorInfo | undefined {
  const simple = joined(axes);
  if (simple.length > 5 || x.dtype === 'string') return undefined;
  const result = backend.output(shape, x.dtype);
  copy(backend, backend.addressOf(x) + 4 * start, backend.addressOf(result), simple);
  return result;
}

/** Without axes of size 1, and with neighbours joined along which both sides go on without a gap. */
function joined(axes: readonly Axis[]): Axis[] {
  const result: Axis[] = [];
  for (const axis of axes) {
    if (axis.size === 1) continue;
    const last = result.at(-1);
    const seamless =
      last && last.source === axis.size * axis.source && last.target === axis.size * axis.target;
    if (seamless) result[result.length - 1] = { ...axis, size: last.size * axis.size };
    else result.push({ ...axis });
  }
  return result;
}

/** At most five axes, the innermost dense in the target. */
function copy(backend: SimdBackend, source: number, target: number, axes: readonly Axis[]): void {
  if (axes.some(({ size }) => size === 0)) return;
  const one: Axis = { size: 1, source: 1, target: 1 };
  const row = axes.at(-1) ?? one;
  const dense = row.target === 1;
  const outer = dense ? axes.slice(0, -1) : axes;
  const count = dense ? row.size : 1;
  const [axis0 = one, axis1 = one, axis2 = one, axis3 = one] = outer;
  backend.run(copyStrided, {
    source,
    target,
    count,
    sourceStep: dense ? 4 * row.source : 4,
    size0: axis0.size,
    size1: axis1.size,
    size2: axis2.size,
    size3: axis3.size,
    source0: 4 * axis0.source,
    source1: 4 * axis1.source,
    source2: 4 * axis2.source,
    source3: 4 * axis3.source,
    target0: 4 * axis0.target,
    target1: 4 * axis1.target,
    target2: 4 * axis2.target,
    target3: 4 * axis3.target,
  });
}
