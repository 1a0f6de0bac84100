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
      return scaled(normals(key, count), initialisation.deviation);
    case 'uniform':
      return spread(uniforms(key, count), initialisation.bound);
    case 'constant':
      return new Float32Array(count).fill(initialisation.value);
  }
}

// In place and by loops: a callback for each of millions of weights takes longer than drawing them.

function scaled(values: Float32Array, factor: number): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * factor;
  return values;
}

/** From [0, 1) to [-bound, bound). */
function spread(values: Float32Array, bound: number): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = (2 * (values[i] ?? 0) - 1) * bound;
  return values;
}
