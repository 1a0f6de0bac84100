import type { SharpnessEstimate } from '../../contract/events';
import type { Judged } from '../evaluation/robustAccuracy';
import { disposeTensors, type TensorMap } from '../models/tensorMap';
import { derive, type Key } from '../random/key';
import { type DirectionScale, randomDirection } from './directions';
import { estimate } from './estimate';
import { type LandscapeBatch, lossSum } from './modelLoss';
import { atOffset } from './weightVectors';

export type { LandscapeBatch } from './modelLoss';

export interface SharpnessOptions {
  /** Length of a direction: see `DirectionScale`. By default relative to each filter's norm. */
  readonly rho: number;
  readonly scale?: DirectionScale;
  readonly directions: number;
}

export interface SharpnessFigure extends SharpnessEstimate {
  /** The same measurement with rho = 0: what rounding alone produces. */
  readonly noiseFloor: number;
}

export interface Sharpness {
  /** One estimate for each set of batches, in their order. */
  readonly estimates: readonly SharpnessEstimate[];
  /** The greatest of the sets. */
  readonly noiseFloor: number;
}

/**
 * Expected sharpness E_u[L(w + u)] - L(w): the mean over random directions u of 1/2 [L(w + u) + L(w - u)] - L(w), with its
 * standard error. The antithetic pairs cancel the odd terms of the loss's Taylor series. The same `key` gives the same
 * directions, so that epochs and runs compare.
 * @param losses one loss for each figure, in their order
 */
export async function expectedSharpness(
  { model, parameters }: Pick<Judged, 'model' | 'parameters'>,
  losses: (weights: TensorMap) => Promise<readonly number[]>,
  { rho, scale = 'filter', directions }: SharpnessOptions,
  key: Key,
): Promise<SharpnessFigure[]> {
  const centre = await losses(parameters);
  const riseAlong = async (direction: number, length: number) => {
    const noise = randomDirection(model, parameters, scale, length, derive(key, direction));
    const plus = await atOffset(parameters, [{ direction: noise, factor: 1 }], losses);
    const minus = await atOffset(parameters, [{ direction: noise, factor: -1 }], losses);
    disposeTensors(noise);
    return centre.map((loss, i) => 0.5 * ((plus[i] ?? Number.NaN) + (minus[i] ?? Number.NaN)) - loss);
  };
  const rises: number[][] = [];
  for (let direction = 0; direction < directions; direction++) rises.push(await riseAlong(direction, rho));
  const atRest = await riseAlong(0, 0);
  return centre.map((_, i) => ({
    ...estimate(rises.map(rise => rise[i] ?? Number.NaN)),
    noiseFloor: Math.abs(atRest[i] ?? Number.NaN),
  }));
}

/** Losses that `expectedSharpness` looks at: the centre, every pair, and the pair of the noise floor. */
export const sharpnessEvaluations = (directions: number): number => 2 * directions + 3;

/** Expected sharpness of the mean cross-entropy over each set of batches, in eval mode. `beforeBatch` may throw to stop. */
export async function measureSharpness(
  judged: Judged,
  sets: readonly (readonly LandscapeBatch[])[],
  options: SharpnessOptions,
  key: Key,
  beforeBatch: () => Promise<void>,
): Promise<Sharpness> {
  const losses = async (weights: TensorMap) => {
    const all: number[] = [];
    for (const set of sets) all.push(await meanLoss({ ...judged, parameters: weights }, set, beforeBatch));
    return all;
  };
  const figures = await expectedSharpness(judged, losses, options, key);
  return {
    estimates: figures.map(({ mean, standardError }) => ({ mean, standardError })),
    noiseFloor: Math.max(...figures.map(({ noiseFloor }) => noiseFloor)),
  };
}

async function meanLoss(
  judged: Judged,
  batches: readonly LandscapeBatch[],
  beforeBatch: () => Promise<void>,
): Promise<number> {
  let sum = 0;
  let examples = 0;
  for (const batch of batches) {
    await beforeBatch();
    sum += await lossSum(judged, batch);
    examples += batch.labels.length;
  }
  return sum / examples;
}
