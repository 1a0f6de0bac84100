import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';

/** [batch, classes], float32. */
export function oneHotLabels(labels: Int32Array, classes: number): Tensor2D {
  const rows = new Float32Array(labels.length * classes);
  for (const [row, label] of labels.entries()) rows[row * classes + label] = 1;
  return tensor2d(rows, [labels.length, classes]);
}
