import type { TensorMap } from '../models/tensorMap';
import { lossesBeside } from './curve';
import type { WeightLoss } from './weightLoss';

/** The two directions of a surface. */
export interface Plane {
  readonly x: TensorMap;
  readonly y: TensorMap;
}

/**
 * One row of a surface: L(w + a x + b y) for every a of the axis at one b.
 * @returns for each loss, in their order, one value for each a
 */
export async function surfaceRow(
  losses: readonly WeightLoss[],
  weights: TensorMap,
  { x, y }: Plane,
  axis: readonly number[],
  b: number,
): Promise<number[][]> {
  const rows: number[][] = losses.map(() => []);
  for (const a of axis) {
    const offsets = [
      { direction: x, factor: a },
      { direction: y, factor: b },
    ];
    const values = await lossesBeside(losses, weights, offsets);
    for (const [i, value] of values.entries()) rows[i]?.push(value);
  }
  return rows;
}
