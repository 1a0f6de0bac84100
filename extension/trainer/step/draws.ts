import { type Draws, keyedNormals } from '../fused/keyedNormals';
import { uniforms } from '../random/draws';
import { derive, type Key } from '../random/key';

/**
 * The random numbers of one training step, in PyTorch's layouts: keyed in a run, recorded in a golden file.
 * Standard normal unless said otherwise.
 */
export interface StepDraws {
  /** Noise of the copy that crafts the adversarial images. */
  attackWeights(name: string, count: number): Draws;
  /** Start of the attack: N(0, 1) for a Gaussian one, U[0, 1) for a uniform one. Layout [batch, height, width, channels]. */
  attackStart(kind: 'gaussian' | 'uniform', count: number): Draws;
  /** Noise of the antithetic estimator, one set for each `draw`. */
  taylorWeights(draw: number, name: string, count: number): Draws;
}

/** Draws that are functions of the run's key and the step alone. */
export function keyedDraws(runKey: Key, step: number): StepDraws {
  const key = derive(runKey, 'training-step', step);
  return {
    attackWeights: (name, count) => keyedNormals(derive(key, 'attack-weights', name), count),
    attackStart: (kind, count) =>
      (kind === 'gaussian' ? keyedNormals : uniforms)(derive(key, 'attack-start', kind), count),
    taylorWeights: (draw, name, count) => keyedNormals(derive(key, 'taylor-weights', draw, name), count),
  };
}
