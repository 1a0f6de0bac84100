import { customGrad, type Scalar, type Tensor, valueAndGrads } from '@tensorflow/tfjs-core';
import type { TensorMap } from './models/tensorMap';

/**
 * The value of a scalar function and its gradients with respect to `parameters`, which `loss` reads as captured tensors.
 * Other results of `loss` survive when it keeps them (`keep`).
 */
export function gradients(
  parameters: TensorMap,
  loss: () => Scalar,
): { readonly value: Scalar; readonly gradients: TensorMap } {
  const names = [...parameters.keys()];
  const { value, grads } = valueAndGrads(loss)([...parameters.values()]);
  const byName = new Map<string, Tensor>();
  names.forEach((name, i) => {
    const gradient = grads[i];
    if (gradient) byName.set(name, gradient);
  });
  return { value: value as Scalar, gradients: byName };
}

/** Computes a constant: no gradient flows through what happens inside, and the tape does not grow. */
export function withoutGradient<T extends Tensor>(compute: () => T): T {
  return customGrad(() => ({ value: compute(), gradFunc: () => [] }))() as T;
}
