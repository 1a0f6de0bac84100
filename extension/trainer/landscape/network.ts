import { div, sub, type Tensor, type Tensor4D, tensor1d } from '@tensorflow/tfjs-core';
import type { LandscapeSetting } from '../../contract/landscape';
import type { Judged } from '../evaluation/robustAccuracy';
import type { Subject } from '../evaluation/subject';
import type { Model } from '../models/model';
import { disposeTensors } from '../models/tensorMap';
import { restoreParameters, restoreStatistics } from '../run/snapshot';

/** Puts a network on the current engine, to be judged at its own weights or at others. `dispose` releases it. */
export function uploadNetwork(
  { model, weights }: Subject,
  normalisation: LandscapeSetting['normalisation'],
): { readonly network: Judged; dispose(): void } {
  const parameters = restoreParameters(model, weights.arrays);
  const statistics = restoreStatistics(model, weights.arrays);
  const layer: Tensor[] = normalisation
    ? [tensor1d([...normalisation.mean]), tensor1d([...normalisation.std])]
    : [];
  const [mean, std] = layer;
  const network = { model: mean && std ? normalising(model, mean, std) : model, parameters, statistics };
  return {
    network,
    dispose() {
      disposeTensors(parameters);
      disposeTensors(statistics);
      for (const tensor of layer) tensor.dispose();
    },
  };
}

/** The model with a first layer (x - mean) / std. */
function normalising(model: Model, mean: Tensor, std: Tensor): Model {
  return {
    ...model,
    forward: (parameters, statistics, images, mode) =>
      model.forward(parameters, statistics, div(sub(images, mean), std) as Tensor4D, mode),
  };
}
