import { add, mul, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { toEngineLayout } from '../checkpoint/layout';
import type { Draws } from '../fused/keyedNormals';
import { filterNormalised } from '../landscape/filterNormalise';
import type { Model } from '../models/model';
import { type TensorMap, tensorOf } from '../models/tensorMap';

/** Standard normal draws for one parameter, in PyTorch's layout and order. */
export type DrawNormals = (name: string, count: number) => Draws;

export interface NoiseScale {
  readonly sigma: number;
  /** `absolute`: u ~ N(0, sigma^2). `filter`: each filter's draw has the norm sigma ||w_f||. */
  readonly sigmaScale: 'absolute' | 'filter';
}

/**
 * The official choice of what is noisy: every parameter with "conv" in its name (biases of such layers included,
 * `shortcut.0.weight` of PreActResNet not).
 */
export const convolutional = (name: string): boolean => name.includes('conv');

/** Noise for the chosen parameters, already scaled; absent for the others. The caller disposes of it. */
export function drawWeightNoise(
  model: Model,
  parameters: TensorMap,
  chosen: (name: string, shape: readonly number[]) => boolean,
  { sigma, sigmaScale }: NoiseScale,
  draw: DrawNormals,
): TensorMap {
  const noise = new Map<string, Tensor>();
  for (const { name, shape } of model.parameters) {
    if (!chosen(name, shape)) continue;
    const count = shape.reduce((product, size) => product * size, 1);
    const scaled = tidy(() => {
      const direction = toEngineLayout(draw(name, count), shape);
      const unit =
        sigmaScale === 'filter' ? filterNormalised(direction, tensorOf(parameters, name)) : direction;
      return mul(unit, sigma);
    });
    noise.set(name, scaled);
  }
  return noise;
}

/** parameters + factor * noise; parameters without noise are passed on as they are. */
export function displaced(parameters: TensorMap, noise: TensorMap, factor = 1): TensorMap {
  const result = new Map<string, Tensor>();
  for (const [name, parameter] of parameters) {
    const step = noise.get(name);
    result.set(name, step ? add(parameter, factor === 1 ? step : mul(step, factor)) : parameter);
  }
  return result;
}
