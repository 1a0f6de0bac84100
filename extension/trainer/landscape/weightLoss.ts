import type { TensorMap } from '../models/tensorMap';

/** A loss as a function of the weights: what a landscape is made of. */
export interface WeightLoss {
  /** Mean loss over fixed examples, in nats. */
  at(weights: TensorMap): Promise<number>;
  /** Its gradient with respect to every weight. The caller disposes of it. */
  gradientAt(weights: TensorMap): Promise<TensorMap>;
}

/** Several losses at the same weights, in their order. */
export async function lossesAt(losses: readonly WeightLoss[], weights: TensorMap): Promise<number[]> {
  const values: number[] = [];
  for (const loss of losses) values.push(await loss.at(weights));
  return values;
}
