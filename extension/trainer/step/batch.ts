import { cast, oneHot, type Tensor2D, tensor1d, tidy } from '@tensorflow/tfjs-core';

/** [batch, classes], float32. */
export function oneHotLabels(labels: Int32Array, classes: number): Tensor2D {
  return tidy(() => cast(oneHot(tensor1d(labels, 'int32'), classes), 'float32') as Tensor2D);
}
