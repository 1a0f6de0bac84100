import {
  abs,
  clone,
  concat,
  gather,
  sum,
  type Tensor,
  type Tensor4D,
  tensor1d,
  tensor4d,
  tidy,
  where,
} from '@tensorflow/tfjs-core';
import { derive, type Key } from '../random/key';

/** The given rows of a tensor, in their order: a new tensor. */
export function takeRows<T extends Tensor>(tensor: T, rows: readonly number[]): T {
  return tidy(() => gather(tensor, tensor1d([...rows], 'int32')) as T);
}

/** The rows that are flagged. */
export function rowsWhere(flags: readonly boolean[]): number[] {
  return [...flags.keys()].filter(row => flags[row]);
}

/** The points that are not dropped, and tensors of their rows; the tensors that were packed are disposed of. */
export function withoutRows<Point, Tensors extends { readonly [name: string]: Tensor }>(
  points: readonly Point[],
  tensors: Tensors,
  isDropped: readonly boolean[],
): { readonly points: Point[]; readonly tensors: Tensors } {
  const kept = rowsWhere(isDropped.map(is => !is));
  const isSame = kept.length === points.length || kept.length === 0;
  return {
    points: points.filter((_, row) => !isDropped[row]),
    tensors: isSame ? tensors : packRows(tensors, kept),
  };
}

function packRows<Tensors extends { readonly [name: string]: Tensor }>(
  tensors: Tensors,
  rows: readonly number[],
): Tensors {
  const packed = Object.entries(tensors).map(([name, tensor]) => [name, takeRows(tensor, rows)] as const);
  disposeAll(tensors);
  return Object.fromEntries(packed) as Tensors;
}

export function disposeAll(tensors: { readonly [name: string]: Tensor }): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}

/** Row by row the image of `yes` where `flags` says so and of `no` elsewhere: a new tensor. */
export function chooseRows(flags: readonly boolean[], yes: Tensor4D, no: Tensor4D): Tensor4D {
  if (flags.every(flag => flag)) return clone(yes);
  if (!flags.some(flag => flag)) return clone(no);
  return tidy(() => {
    const mask = tensor4d(Uint8Array.from(flags, Number), [flags.length, 1, 1, 1], 'bool');
    return where(mask, yes, no) as Tensor4D;
  });
}

export function concatImages(images: readonly Tensor4D[]): Tensor4D {
  const [only, ...others] = images;
  return only && others.length === 0 ? clone(only) : concat([...images], 0);
}

/** One number an image, to be multiplied with images: [rows, 1, 1, 1]. */
export function perImage(values: readonly number[]): Tensor4D {
  return tensor4d(Float32Array.from(values), [values.length, 1, 1, 1]);
}

/** Images whose gradient is zero in every pixel. */
export async function countZeroImages(gradient: Tensor4D): Promise<number> {
  const sizes = tidy(() => sum(abs(gradient), [1, 2, 3]));
  const values = await sizes.data<'float32'>();
  sizes.dispose();
  return values.filter(size => size === 0).length;
}

/** Pixels for every example, each drawn with a key of its own: [examples, ...shape]. */
export function drawImages(
  key: Key,
  indices: Uint32Array,
  [, height, width, channels]: Tensor4D['shape'],
  draw: (key: Key, count: number) => Float32Array,
): Tensor4D {
  const size = height * width * channels;
  const values = new Float32Array(indices.length * size);
  for (const [row, index] of indices.entries()) values.set(draw(derive(key, index), size), row * size);
  return tensor4d(values, [indices.length, height, width, channels]);
}
