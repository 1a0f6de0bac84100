/** What holds each element type of a safetensors file. F16 and BF16 keep their bits: see `asFloat32`. */
interface ArrayData {
  readonly F64: Float64Array;
  readonly F32: Float32Array;
  readonly F16: Uint16Array;
  readonly BF16: Uint16Array;
  readonly I64: BigInt64Array;
  readonly I32: Int32Array;
  readonly U8: Uint8Array;
  readonly BOOL: Uint8Array;
}

export type ArrayType = keyof ArrayData;

/** A plain array with a shape: no tensor library, so that checkpoints can be read anywhere. Elements in C order. */
export type NamedArray = {
  [Type in ArrayType]: {
    readonly dtype: Type;
    readonly shape: readonly number[];
    readonly data: ArrayData[Type];
  };
}[ArrayType];

/** Bytes an element. */
export const bytesPerElement: Readonly<Record<ArrayType, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  U8: 1,
  BOOL: 1,
};

export function isArrayType(name: unknown): name is ArrayType {
  return typeof name === 'string' && Object.hasOwn(bytesPerElement, name);
}

/** Elements of an array of this shape; NaN when that is no exact integer or a length is none. A scalar's shape is []. */
export function elementCount(shape: readonly unknown[]): number {
  let count = 1;
  for (const length of shape) {
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) return Number.NaN;
    count *= length;
    if (!Number.isSafeInteger(count)) return Number.NaN;
  }
  return count;
}

/** Reads little-endian bytes as an array, without a copy where they are aligned. */
export function arrayFromBytes(dtype: ArrayType, shape: readonly number[], bytes: Uint8Array): NamedArray {
  const width = bytesPerElement[dtype];
  const { buffer, byteOffset } = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  const length = bytes.byteLength / width;
  switch (dtype) {
    case 'F64':
      return { dtype, shape, data: new Float64Array(buffer, byteOffset, length) };
    case 'F32':
      return { dtype, shape, data: new Float32Array(buffer, byteOffset, length) };
    case 'F16':
    case 'BF16':
      return { dtype, shape, data: new Uint16Array(buffer, byteOffset, length) };
    case 'I64':
      return { dtype, shape, data: new BigInt64Array(buffer, byteOffset, length) };
    case 'I32':
      return { dtype, shape, data: new Int32Array(buffer, byteOffset, length) };
    case 'U8':
    case 'BOOL':
      return { dtype, shape, data: new Uint8Array(buffer, byteOffset, length) };
  }
}

/** The array's bytes, not a copy. */
export function bytesOf(array: NamedArray): Uint8Array {
  return new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength);
}

/** The elements as 32-bit floats, rounded where they do not fit. An F32 array's own data is returned, not a copy. */
export function asFloat32(array: NamedArray): Float32Array {
  switch (array.dtype) {
    case 'F32':
      return array.data;
    case 'F16':
      return Float32Array.from(array.data, float16);
    case 'BF16':
      return bfloat16ToFloat32(array.data);
    case 'I64':
      return Float32Array.from(array.data, Number);
    case 'F64':
    case 'I32':
    case 'U8':
    case 'BOOL':
      return Float32Array.from(array.data);
  }
}

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 is the upper half of a 32-bit float. */
function bfloat16ToFloat32(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, half => half << 16).buffer);
}
