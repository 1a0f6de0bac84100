import { disposeTensors, type TensorMap } from '../models/tensorMap';
import type { WeightLoss } from './weightLoss';
import { atOffset, lengthOf } from './weightVectors';

export interface WorstCaseSharpness {
  /** L(w + rho g / ||g||) - L(w), in nats. */
  readonly rise: number;
  /** ||g|| over all weights. */
  readonly gradientNorm: number;
}

/**
 * Worst-case sharpness to first order: how much the loss rises on a step of length rho, over all weights together, along
 * its own gradient g. Source: Foret et al., "Sharpness-aware minimization", ICLR 2021.
 */
export async function worstCaseSharpness(
  loss: WeightLoss,
  weights: TensorMap,
  rho: number,
): Promise<WorstCaseSharpness> {
  const gradient = await loss.gradientAt(weights);
  try {
    const gradientNorm = await lengthOf(gradient);
    if (gradientNorm === 0) return { rise: 0, gradientNorm };
    const centre = await loss.at(weights);
    const up = [{ direction: gradient, factor: rho / gradientNorm }];
    const above = await atOffset(weights, up, moved => loss.at(moved));
    return { rise: above - centre, gradientNorm };
  } finally {
    disposeTensors(gradient);
  }
}
