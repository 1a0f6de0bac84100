import type { TensorMap } from '../models/tensorMap';
import { lossesAt, type WeightLoss } from './weightLoss';
import { atOffset, type Offset } from './weightVectors';

/**
 * Points of an axis, from -radius to radius at equal distances. An odd count has the middle one at exactly 0.
 */
export function axisPoints(radius: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (radius * (2 * i - (count - 1))) / (count - 1));
}

/**
 * Losses L(w + offsets): one point of a 1-D curve (one offset) or of a 2-D surface (two).
 * Source: Li et al., NeurIPS 2018; with adversarial examples made anew at every point, Wu, Xia, Wang, NeurIPS 2020.
 */
export function lossesBeside(
  losses: readonly WeightLoss[],
  weights: TensorMap,
  offsets: readonly Offset[],
): Promise<number[]> {
  return atOffset(weights, offsets, moved => lossesAt(losses, moved));
}
