/** Strides, in numbers, of a dense array. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}

export const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);
