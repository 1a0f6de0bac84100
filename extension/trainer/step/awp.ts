import { add, div, mul, norm, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { gradients } from '../autodiff';
import { mapTensors, type TensorMap, tensorOf } from '../models/tensorMap';

/**
 * Adversarial weight perturbation before its size gamma: for every weight with more than one axis, v = ||w|| / (||g|| +
 * 1e-20) g, where g is the gradient of the loss that the perturbation raises. The official code takes g from one SGD step
 * of a proxy network on minus the loss; the proxy's learning rate cancels. Tensors are kept.
 *
 * Source: Wu, Xia, Wang, NeurIPS 2020 (csdongxian/AWP).
 */
export function adversarialWeightPerturbation(
  parameters: TensorMap,
  loss: () => Scalar,
): { readonly perturbation: TensorMap; readonly loss: Scalar } {
  const weights = new Map<string, Tensor>([...parameters].filter(([, weight]) => weight.rank > 1));
  const { value, gradients: ascent } = gradients(weights, loss);
  const perturbation = mapTensors(ascent, (gradient, name) =>
    mul(gradient, div(norm(tensorOf(weights, name)), add(norm(gradient), 1e-20))),
  );
  return { perturbation, loss: value };
}
