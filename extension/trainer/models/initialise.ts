import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { toEngineLayout } from '../checkpoint/layout';
import { normals, uniforms } from '../random/draws';
import { derive, type Key } from '../random/key';
import type { Initialisation, Model } from './model';
import type { TensorMap } from './tensorMap';

/** Fresh parameters: each drawn from a key of its own name, so that no layer's start depends on another's. */
export function initialParameters(model: Model, key: Key): TensorMap {
  const parameters = new Map<string, Tensor>();
  for (const { name, shape, initialisation } of model.parameters) {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = draw(initialisation, derive(key, 'initial-parameters', name), count);
    parameters.set(name, toEngineLayout(values, shape));
  }
  return parameters;
}

/** Running mean 0 and variance 1, as PyTorch starts them. */
export function initialStatistics(model: Model): TensorMap {
  const statistics = new Map<string, Tensor>();
  for (const { name, channels } of model.batchNorms) {
    statistics.set(`${name}.running_mean`, tensor(new Float32Array(channels)));
    statistics.set(`${name}.running_var`, tensor(new Float32Array(channels).fill(1)));
  }
  return statistics;
}

function draw(initialisation: Initialisation, key: Key, count: number): Float32Array {
  switch (initialisation.kind) {
    case 'normal':
      return normals(key, count).map(value => value * initialisation.deviation);
    case 'uniform':
      return uniforms(key, count).map(value => (2 * value - 1) * initialisation.bound);
    case 'constant':
      return new Float32Array(count).fill(initialisation.value);
  }
}
