import {
  Cast,
  type CastAttrs,
  Fill,
  type FillAttrs,
  Identity,
  type KernelConfig,
  OneHot,
  type OneHotAttrs,
  OnesLike,
  Reshape,
  type ReshapeAttrs,
  Select,
  type TensorInfo,
  util,
  ZerosLike,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend';
import { fill } from '../operations/fill';
import { triple } from '../operations/pointwise';
import { fallback, isFloat, kernel, sizeOf } from './kernel';

interface Inputs {
  readonly x: TensorInfo;
}

/** Kernels that pass numbers on, make them from nothing, or choose among them. */
export const valueKernels: readonly KernelConfig[] = [
  kernel<Inputs>(Identity, ({ inputs: { x }, backend }) => backend.share(x, x.shape)),
  kernel<Inputs, ReshapeAttrs>(Reshape, ({ inputs: { x }, attrs, backend }) =>
    backend.share(x, util.inferFromImplicitShape(attrs.shape, sizeOf(x))),
  ),
  kernel<Inputs, CastAttrs>(Cast, call => {
    const { inputs, attrs, backend } = call;
    const same = inputs.x.dtype === attrs.dtype;
    // A bool is kept as the float32 it becomes.
    const kept = same || (inputs.x.dtype === 'bool' && attrs.dtype === 'float32');
    return kept ? backend.share(inputs.x, inputs.x.shape, attrs.dtype) : fallback(Cast, call);
  }),
  kernel<Inputs>(ZerosLike, ({ inputs: { x }, backend }) => filled(backend, x.shape, x.dtype, 0)),
  kernel<Inputs>(OnesLike, ({ inputs: { x }, backend }) => filled(backend, x.shape, x.dtype, 1)),
  kernel<unknown, FillAttrs>(Fill, call => {
    const { attrs, backend } = call;
    if (typeof attrs.value === 'string') return fallback(Fill, call);
    return filled(backend, attrs.shape, attrs.dtype ?? 'float32', attrs.value);
  }),
  kernel<{ readonly indices: TensorInfo }, OneHotAttrs>(OneHot, call => {
    const { inputs, attrs, backend } = call;
    const { depth, onValue, offValue, dtype = 'int32' } = attrs;
    const { indices } = inputs;
    if (indices.dtype !== 'int32' || dtype === 'string' || dtype === 'complex64')
      return fallback(OneHot, call);
    const result = filled(backend, [...indices.shape, depth], dtype, offValue);
    const rows = sizeOf(indices);
    const chosen = backend.machine.integers(backend.addressOf(indices), rows);
    const { machine } = backend;
    const address = backend.addressOf(result);
    const count = rows * depth;
    const numbers = dtype === 'int32' ? machine.integers(address, count) : machine.floats(address, count);
    chosen.forEach((index, row) => {
      if (index >= 0 && index < depth) numbers[row * depth + index] = onValue;
    });
    return result;
  }),
  kernel<{ readonly condition: TensorInfo; readonly t: TensorInfo; readonly e: TensorInfo }>(Select, call => {
    const { inputs, backend } = call;
    const { condition, t, e } = inputs;
    if (!util.arraysEqual(condition.shape, t.shape) || !isFloat(t) || !isFloat(e))
      return fallback(Select, call);
    const result = backend.output(t.shape, t.dtype);
    backend.run(triple.select, {
      x: backend.addressOf(condition),
      y: backend.addressOf(t),
      z: backend.addressOf(e),
      result: backend.addressOf(result),
      count: sizeOf(t),
      p: 0,
      q: 0,
    });
    return result;
  }),
];

/** A tensor of one number. */
export function filled(
  backend: SimdBackend,
  shape: readonly number[],
  dtype: TensorInfo['dtype'],
  value: number,
): TensorInfo {
  const result = backend.output(shape, dtype);
  const bits = dtype === 'int32' ? value | 0 : bitsOf(value);
  backend.run(fill, { target: backend.addressOf(result), count: sizeOf(result), value: bits });
  return result;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

function bitsOf(value: number): number {
  float[0] = value;
  return bits[0] ?? 0;
}
