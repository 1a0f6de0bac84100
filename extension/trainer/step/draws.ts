import { slice, Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { drawsBelow } from '../fused/drawsBelow';
import { type Draws, keyedNormals } from '../fused/keyedNormals';
import { uniforms } from '../random/draws';
import { derive, type Key } from '../random/key';

/**
 * The random numbers of one training step, in PyTorch's layouts: keyed in a run, recorded in a golden file.
 * Standard normal unless said otherwise.
 */
export interface StepDraws {
  /** Of what all of them are a function, if they are: an engine that repeats steps takes it as an argument. */
  readonly key?: Key;
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
  const draw: DrawBelow = (kind, path, count) =>
    (kind === 'gaussian' ? keyedNormals : uniforms)(derive(key, ...path), count);
  const draws = drawsFrom(draw, part);
  return part ? draws : { ...draws, key };
}

/** The draws of `keyedDraws` where only the engine knows the key, `root` (see `keyTensor`). */
export function recordedDraws(root: Tensor1D): StepDraws {
  return drawsFrom((kind, path, count) => drawsBelow(root, path, kind, count));
}

type DrawBelow = (kind: 'gaussian' | 'uniform', path: readonly (string | number)[], count: number) => Draws;

function drawsFrom(draw: DrawBelow, part?: BatchPart): StepDraws {
  return {
    attackWeights: (name, count) => draw('gaussian', ['attack-weights', name], count),
    attackStart: (kind, count) => {
      const before = part ? (count / part.examples) * part.first : 0;
      return without(draw(kind, ['attack-start', kind], before + count), before);
    },
    taylorWeights: (index, name, count) => draw('gaussian', ['taylor-weights', index, name], count),
  };
}

function without(draws: Draws, first: number): Draws {
  if (first === 0) return draws;
  return draws instanceof Tensor ? slice(draws, first) : draws.subarray(first);
}
