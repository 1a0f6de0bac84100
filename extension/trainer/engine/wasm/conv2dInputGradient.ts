import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  backend_util,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  engine,
  type Tensor4D,
  type TensorInfo,
  tidy,
} from '@tensorflow/tfjs-core';
import { convolve, type Padding } from './convolve';
import { heapValues, type KernelCall, replaceKernel } from './replaceKernel';

interface Inputs {
  readonly dy: Tensor4D;
  readonly filter: Tensor4D;
}

/**
 * The stock input gradient is a plain loop at about 1.5 GFLOP/s; written as convolutions it runs at the speed of XNNPACK's,
 * 16-18 GFLOP/s.
 */
export function registerConv2DInputGradient(): void {
  replaceKernel(Conv2DBackpropInput, inputGradient);
}

/**
 * Along one axis, the input positions first, first + stride, ... : those that meet the filter's taps tap, tap + stride, ...
 * So the gradient at these positions is a stride-1 convolution of the output gradient with these taps in reverse order.
 */
interface Phase {
  readonly first: number;
  readonly positions: number;
  readonly tap: number;
  readonly taps: number;
  /** Of the output gradient. */
  readonly padding: Padding;
}

/**
 * dL/dx, phase by phase: no multiplication by the zeros that a strided convolution's gradient is usually spread out with,
 * a quarter of the work at stride 2.
 * dy [batch, outHeight, outWidth, out], filter [kernel, kernel, in, out] -> [batch, height, width, in].
 */
function inputGradient({ inputs, attrs, backend }: KernelCall<Inputs, Conv2DBackpropInputAttrs>): TensorInfo {
  const { strides, pad, inputShape, dimRoundingMode } = attrs;
  const { dy, filter } = inputs;
  const info = backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, dimRoundingMode);
  const { strideHeight, strideWidth, padInfo } = info;
  const rows = phases(info.inHeight, info.outHeight, info.filterHeight, strideHeight, padInfo.top);
  const columns = phases(info.inWidth, info.outWidth, info.filterWidth, strideWidth, padInfo.left);
  return tidy(() => {
    const part = (row: Phase, column: Phase): Part => {
      if (row.taps === 0 || column.taps === 0) return { row, column };
      const turned = turnedFilter(backend, filter, row, column, strideHeight, strideWidth);
      return { row, column, values: convolve(dy, turned, row.padding, column.padding) };
    };
    const parts = rows.flatMap(row => columns.map(column => part(row, column)));
    const [only] = parts;
    if (parts.length === 1 && only?.values) return only.values;
    return engine().makeTensorFromTensorInfo(
      interleave(backend, inputShape, parts, strideHeight, strideWidth),
    );
  });
}

/** Forward, position `i` meets tap `k` of output `o` where i + before = stride o + k. */
function phases(inSize: number, outSize: number, kernel: number, stride: number, before: number): Phase[] {
  return Array.from({ length: Math.min(stride, inSize) }, (_, first): Phase => {
    const tap = (first + before) % stride;
    const taps = Math.max(0, Math.ceil((kernel - tap) / stride));
    const positions = Math.ceil((inSize - first) / stride);
    const output = (first + before - tap) / stride;
    return { first, positions, tap, taps, padding: [taps - 1 - output, output + positions - outSize] };
  });
}

/** The taps of one phase, turned by 180 degrees, with input and output channels changing places. */
function turnedFilter(
  backend: BackendWasm,
  filter: Tensor4D,
  row: Phase,
  column: Phase,
  strideHeight: number,
  strideWidth: number,
): Tensor4D {
  const [, width, inputs, outputs] = filter.shape;
  const turned = backend.makeOutput([row.taps, column.taps, outputs, inputs], 'float32');
  const from = heapValues(backend, filter);
  const to = heapValues(backend, turned);
  let position = 0;
  for (let i = row.taps - 1; i >= 0; i--) {
    for (let j = column.taps - 1; j >= 0; j--) {
      const tap = (row.tap + strideHeight * i) * width + column.tap + strideWidth * j;
      const start = tap * inputs * outputs;
      for (let output = 0; output < outputs; output++) {
        for (let input = 0; input < inputs; input++)
          to[position++] = from[start + input * outputs + output] ?? 0;
      }
    }
  }
  return engine().makeTensorFromTensorInfo(turned) as Tensor4D;
}

interface Part {
  readonly row: Phase;
  readonly column: Phase;
  /** [batch, row.positions, column.positions, channels]; absent where no tap arrives, so that the gradient is zero. */
  readonly values?: Tensor4D;
}

/** Puts the phases in their places: [batch, height, width, channels]. */
function interleave(
  backend: BackendWasm,
  shape: readonly [number, number, number, number],
  parts: readonly Part[],
  strideHeight: number,
  strideWidth: number,
): TensorInfo {
  const [batch, height, width, channels] = shape;
  const result = backend.makeOutput([...shape], 'float32');
  const to = heapValues(backend, result);
  if (parts.some(({ values }) => !values)) to.fill(0);
  for (const { row, column, values } of parts) {
    if (!values) continue;
    const from = heapValues(backend, values);
    let position = 0;
    for (let image = 0; image < batch; image++) {
      for (let i = 0; i < row.positions; i++) {
        const line = (image * height + row.first + strideHeight * i) * width + column.first;
        for (let j = 0; j < column.positions; j++) {
          const pixel = (line + strideWidth * j) * channels;
          for (let channel = 0; channel < channels; channel++) {
            to[pixel + channel] = from[position++] ?? 0;
          }
        }
      }
    }
  }
  return result;
}
