import { abs, mul, tidy } from '@tensorflow/tfjs-core';
import { toEngineLayout } from '../checkpoint/layout';
import type { Model } from '../models/model';
import { mapTensors, type TensorMap, tensorOf } from '../models/tensorMap';
import { normals, uniforms } from '../random/draws';
import { derive, type Key } from '../random/key';
import { drawWeightNoise } from '../taylor/weightNoise';

/**
 * How long a random direction is, for Gaussian draws z:
 * - absolute: u = rho z, on every weight
 * - adaptive: u = rho |w| z, on every weight
 * - filter: z scaled to rho ||w_f|| filter by filter; biases and batch norm stay. Source: Li et al., NeurIPS 2018.
 */
export type DirectionScale = 'absolute' | 'adaptive' | 'filter';

type Shapes = Pick<Model, 'parameters'>;

/**
 * A random direction in weight space. The same key gives the same draws for weights of the same names and shapes, whatever
 * the engine. `weights` give the scale. The caller disposes of it.
 */
export function randomDirection(
  model: Model,
  weights: TensorMap,
  scale: DirectionScale,
  rho: number,
  key: Key,
): TensorMap {
  if (scale === 'adaptive') {
    const draws = gaussianVector(model, key);
    const direction = mapTensors(draws, (z, name) => mul(mul(z, abs(tensorOf(weights, name))), rho));
    for (const z of draws.values()) z.dispose();
    return direction;
  }
  return drawWeightNoise(
    model,
    weights,
    (_name, shape) => scale === 'absolute' || shape.length > 1,
    { sigma: rho, sigmaScale: scale },
    (name, count) => normals(derive(key, name), count),
  );
}

/** Independent N(0, 1) in every weight. */
export function gaussianVector(model: Shapes, key: Key): TensorMap {
  return drawVector(model, (name, count) => normals(derive(key, name), count));
}

/** Independent signs, -1 or 1, in every weight (Rademacher). */
export function signVector(model: Shapes, key: Key): TensorMap {
  return drawVector(model, (name, count) => uniforms(derive(key, name), count).map(u => (u < 0.5 ? -1 : 1)));
}

function drawVector({ parameters }: Shapes, draw: (name: string, count: number) => Float32Array): TensorMap {
  const entries = parameters.map(({ name, shape }) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return [name, tidy(() => toEngineLayout(draw(name, count), shape))] as const;
  });
  return new Map(entries);
}
