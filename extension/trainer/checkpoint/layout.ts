import { type Tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import { type Draws, drawsTensor } from '../fused/keyedNormals';

/**
 * A tensor in the engine's layout (HWIO for convolutions, [in, out] for linear layers) from values in PyTorch's (OIHW,
 * [out, in]). `shape` is PyTorch's; tensors of rank 1 are the same in both.
 */
export function toEngineLayout(values: Draws, shape: readonly number[]): Tensor {
  return tidy(() => {
    const source = drawsTensor(values, shape);
    if (shape.length === 4) return transpose(source, [2, 3, 1, 0]);
    if (shape.length === 2) return transpose(source, [1, 0]);
    return source;
  });
}

/** The values and shape of a tensor in PyTorch's layout: the inverse of `toEngineLayout`. */
export async function toPyTorchLayout(source: Tensor): Promise<{ shape: number[]; data: Float32Array }> {
  const arranged = tidy(() => {
    if (source.rank === 4) return transpose(source, [3, 2, 0, 1]);
    if (source.rank === 2) return transpose(source, [1, 0]);
    return source.clone();
  });
  const data = Float32Array.from(await arranged.data());
  const shape = [...arranged.shape];
  arranged.dispose();
  return { shape, data };
}

/** The shape in the engine's layout of a tensor whose shape in PyTorch's is `shape`. */
export function engineShape(shape: readonly number[]): number[] {
  const [a = 1, b = 1, c = 1, d = 1] = shape;
  if (shape.length === 4) return [c, d, b, a];
  return shape.length === 2 ? [b, a] : [...shape];
}
