import { slice, Tensor } from '@tensorflow/tfjs-core';
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

/** The examples of a batch that one of several engines works on. */
export interface BatchPart {
  /** Place of the first one in the batch. */
  readonly first: number;
  readonly examples: number;
}

/** Draws that are functions of the run's key and the step alone: those of a part's examples are theirs in the whole batch. */
export function keyedDraws(runKey: Key, step: number, part?: BatchPart): StepDraws {
  const key = derive(runKey, 'training-step', step);
  return {
    attackWeights: (name, count) => keyedNormals(derive(key, 'attack-weights', name), count),
    attackStart: (kind, count) => {
      const before = part ? (count / part.examples) * part.first : 0;
      const draw = kind === 'gaussian' ? keyedNormals : uniforms;
      return without(draw(derive(key, 'attack-start', kind), before + count), before);
    },
    taylorWeights: (draw, name, count) => keyedNormals(derive(key, 'taylor-weights', draw, name), count),
  };
}

function without(draws: Draws, first: number): Draws {
  if (first === 0) return draws;
  return draws instanceof Tensor ? slice(draws, first) : draws.subarray(first);
}
