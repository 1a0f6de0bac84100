import { add, div, mul, norm, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { gradients } from '../autodiff';
import { mapTensors, renamedAs, type TensorMap, tensorOf } from '../models/tensorMap';
import { type BatchMeans, wholeBatch } from '../objectives/batchMeans';

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
  overBatch: BatchMeans = wholeBatch,
): { readonly perturbation: TensorMap; readonly loss: Scalar } {
  const weights = new Map<string, Tensor>([...parameters].filter(([, weight]) => isPerturbed(weight)));
  const { value, gradients: ascent } = gradients(weights, loss);
  const ascentOfBatch = renamedAs(ascent, overBatch('ascent', [...ascent.values()]));
  return { perturbation: perturbationAlong(ascentOfBatch, parameters), loss: value };
}

/** Biases and batch norm are left alone. */
export const isPerturbed = ({ shape }: { readonly shape: readonly number[] }): boolean => shape.length > 1;

/** The perturbation v from the gradient of the whole batch's loss. Tensors are kept. */
export function perturbationAlong(ascent: TensorMap, parameters: TensorMap): TensorMap {
  return mapTensors(ascent, (gradient, name) =>
    mul(gradient, div(norm(tensorOf(parameters, name)), add(norm(gradient), 1e-20))),
  );
}
