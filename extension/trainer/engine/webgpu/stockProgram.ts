import { type TensorInfo, util } from '@tensorflow/tfjs-core';

/** Constants as TensorFlow.js's WebGPU kernels give them. */
export interface StockConstant {
  readonly type: 'int32' | 'uint32' | 'float32';
  readonly data: readonly number[];
}

/** What of TensorFlow.js's programs decides the constants and the size of a dispatch. */
export interface StockProgram {
  dispatch: [number, number, number];
  readonly dispatchLayout: { readonly x: number[]; readonly y?: number[]; readonly z?: number[] };
  readonly outputComponent?: number;
  readonly outputShape: readonly number[];
  readonly size?: boolean;
}

/** Not a number, infinity, shapes and strides of all arrays, the result's size, then the program's own constants. */
export function stockConstants(
  { size, outputShape, outputComponent = 1 }: StockProgram,
  inputs: readonly TensorInfo[],
  output: TensorInfo,
  own: readonly StockConstant[],
): Uint32Array {
  const shapes = [...inputs, output].flatMap(({ shape }): StockConstant[] => [
    { type: 'int32', data: shape },
    { type: 'int32', data: util.computeStrides(shape) },
  ]);
  const count = util.sizeFromShape([...outputShape]) / outputComponent;
  return packed([
    { type: 'float32', data: [Number.NaN] },
    { type: 'float32', data: [Number.POSITIVE_INFINITY] },
    ...shapes,
    ...(size ? [{ type: 'int32', data: [count] } as const] : []),
    ...own,
  ]);
}

/** In the layout of a WGSL struct: vectors of two at multiples of 8 bytes, longer ones at multiples of 16. */
function packed(constants: readonly StockConstant[]): Uint32Array {
  let offset = 0;
  let widest = 4;
  let before = 0;
  const placed = constants.map(({ type, data }) => {
    const values = data.length === 0 ? [1] : data;
    const { length } = values;
    const alignment = length > 2 || before > 4 ? 16 : 4 * length;
    widest = Math.max(widest, alignment);
    offset = Math.ceil(offset / alignment) * alignment;
    const at = offset;
    offset += 4 * length;
    before = length;
    return { type, values, at };
  });
  const bytes = new ArrayBuffer(Math.ceil(offset / widest) * widest);
  for (const { type, values, at } of placed) {
    const View = type === 'float32' ? Float32Array : Int32Array;
    new View(bytes, at, values.length).set(values);
  }
  return new Uint32Array(bytes);
}

/** TensorFlow.js's one-dimensional dispatches may be larger than a device allows: those are folded to two or three. */
export function stockWorkgroups(program: StockProgram, limit: number): [number, number, number] {
  const { dispatch, dispatchLayout } = program;
  if (dispatch.every(size => size <= limit)) return dispatch;
  if (dispatchLayout.y !== undefined || dispatchLayout.z !== undefined) {
    throw new Error(`a kernel needs ${dispatch.join(' x ')} workgroups, more than the GPU has`);
  }
  const side = Math.ceil(Math.sqrt(dispatch[0]));
  if (side <= limit) return [side, side, 1];
  const edge = Math.ceil(Math.cbrt(dispatch[0]));
  return [edge, edge, edge];
}
