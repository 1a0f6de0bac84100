import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { SharpnessEstimate } from '../../contract/events';
import { judge } from '../evaluation/predictions';
import { type Judged, predict } from '../evaluation/robustAccuracy';
import type { Model } from '../models/model';
import { disposeTensors, type TensorMap } from '../models/tensorMap';
import { normals } from '../random/draws';
import { derive, type Key } from '../random/key';
import { displaced, drawWeightNoise } from '../taylor/weightNoise';

/** A batch whose loss is walked over. */
export interface LandscapeBatch {
  readonly images: Parameters<typeof predict>[1];
  readonly labels: Int32Array;
}

export interface SharpnessOptions {
  /** Length of a direction, relative to each filter's norm. */
  readonly rho: number;
  readonly directions: number;
}

export interface Sharpness {
  /** One estimate for each set of batches, in their order. */
  readonly estimates: readonly SharpnessEstimate[];
  /** The same measurement with rho = 0: what rounding alone produces. */
  readonly noiseFloor: number;
}

/**
 * Expected sharpness: the mean over random filter-normalised directions d of 1/2 [L(w + rho d) + L(w - rho d)] - L(w), with
 * its standard error. Eval mode, cross-entropy. The same `key` gives the same directions, so that epochs and runs compare.
 * Source of the normalisation: Li et al., NeurIPS 2018. `beforeBatch` may throw to stop.
 */
export async function measureSharpness(
  judged: Judged,
  sets: readonly (readonly LandscapeBatch[])[],
  { rho, directions }: SharpnessOptions,
  key: Key,
  beforeBatch: () => Promise<void>,
): Promise<Sharpness> {
  const losses = async (weights: TensorMap) => {
    const all: number[] = [];
    for (const set of sets) all.push(await meanLoss({ ...judged, parameters: weights }, set, beforeBatch));
    return all;
  };
  const centre = await losses(judged.parameters);
  const rises: number[][] = sets.map(() => []);
  for (let direction = 0; direction < directions; direction++) {
    const rise = await antitheticRise(judged, losses, centre, rho, derive(key, direction));
    for (const [set, value] of rise.entries()) rises[set]?.push(value);
  }
  const atRest = await antitheticRise(judged, losses, centre, 0, derive(key, 0));
  return { estimates: rises.map(estimate), noiseFloor: Math.max(...atRest.map(Math.abs)) };
}

/** 1/2 [L(w + rho d) + L(w - rho d)] - L(w) along one direction, for each set of batches. */
async function antitheticRise(
  { model, parameters }: Judged,
  losses: (weights: TensorMap) => Promise<number[]>,
  centre: readonly number[],
  rho: number,
  key: Key,
): Promise<number[]> {
  const noise = landscapeDirection(model, parameters, rho, key);
  const plus = await at(parameters, noise, 1, losses);
  const minus = await at(parameters, noise, -1, losses);
  disposeTensors(noise);
  return centre.map((loss, set) => 0.5 * ((plus[set] ?? 0) + (minus[set] ?? 0)) - loss);
}

/** A random filter-normalised direction of length rho; biases and batch norm stay. Tensors are kept. */
function landscapeDirection(model: Model, parameters: TensorMap, rho: number, key: Key): TensorMap {
  return drawWeightNoise(
    model,
    parameters,
    (_name, shape) => shape.length > 1,
    { sigma: rho, sigmaScale: 'filter' },
    (name, count) => normals(derive(key, name), count),
  );
}

async function at(
  parameters: TensorMap,
  noise: TensorMap,
  factor: 1 | -1,
  losses: (weights: TensorMap) => Promise<number[]>,
): Promise<number[]> {
  const moved = displaced(parameters, noise, factor);
  const result = await losses(moved);
  for (const [name, tensor] of moved) if (tensor !== parameters.get(name)) tensor.dispose();
  return result;
}

async function meanLoss(
  judged: Judged,
  batches: readonly LandscapeBatch[],
  beforeBatch: () => Promise<void>,
): Promise<number> {
  let sum = 0;
  let examples = 0;
  for (const { images, labels } of batches) {
    await beforeBatch();
    const logits: Tensor = tidy(() => predict(judged, images));
    for (const loss of judge(await logits.data(), labels).losses) sum += loss;
    logits.dispose();
    examples += labels.length;
  }
  return sum / examples;
}

function estimate(values: readonly number[]): SharpnessEstimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardError = values.length > 1 ? Math.sqrt(squares / (values.length - 1) / values.length) : 0;
  return { mean, standardError };
}
