import { exp, keep, type Tensor2D, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { projectedGradientAscent } from '../attacks/pgd';
import { startingPoint } from '../attacks/startingPoint';
import { disposeTensors, type TensorMap } from '../models/tensorMap';
import { crossEntropySum, logSoftmax } from '../objectives/logSoftmax';
import { convolutional, displaced, drawWeightNoise } from '../taylor/weightNoise';
import type { StepDraws } from './draws';
import { attackMode, type Recipe } from './recipe';

/**
 * The adversarial images of a training step, crafted on a copy of the network with noisy weights (the official TRADES
 * variant), or on the weights as they are. The clean images' prediction is computed once.
 *
 * `images`: [batch, height, width, channels]; `oneHot`: [batch, classes]. The result is kept.
 */
export function craftAdversarialImages(
  recipe: Recipe,
  parameters: TensorMap,
  statistics: TensorMap,
  images: Tensor4D,
  oneHot: Tensor2D,
  draws: StepDraws,
): Tensor4D {
  const { model, attack, threat, taylor } = recipe;
  const noise = recipe.noisyAttack
    ? drawWeightNoise(model, parameters, noisyParameters(recipe), taylor, draws.attackWeights)
    : undefined;
  const adversarial = tidy(() => {
    const start = startingPoint(images, attack.start, attack.startSigma, threat, draws.attackStart);
    return attackFrom(recipe, { parameters, statistics, noise, images, oneHot, start });
  });
  if (noise) disposeTensors(noise);
  return keep(adversarial);
}

interface AttackInputs {
  readonly parameters: TensorMap;
  readonly statistics: TensorMap;
  readonly noise: TensorMap | undefined;
  readonly images: Tensor4D;
  readonly oneHot: Tensor2D;
  readonly start: Tensor4D;
}

function attackFrom(recipe: Recipe, inputs: AttackInputs): Tensor4D {
  const { model, attack, threat } = recipe;
  const { parameters, statistics, noise, images, oneHot, start } = inputs;
  const weights = noise ? displaced(parameters, noise) : parameters;
  const mode = attackMode(recipe);
  const predict = (x: Tensor4D) => model.forward(weights, statistics, x, mode).logits;
  const target = attack.loss === 'kl' ? constantProbabilities(predict(images)) : oneHot;
  return projectedGradientAscent(x => crossEntropySum(target, predict(x)), images, start, threat, attack);
}

/** The last-layer estimator's noise is the official one; ours is on all convolution and dense weights. */
function noisyParameters({ taylor }: Recipe) {
  return taylor.estimator === 'last-layer'
    ? convolutional
    : (_name: string, shape: readonly number[]) => shape.length > 1;
}

function constantProbabilities(logits: Tensor2D): Tensor2D {
  return exp(logSoftmax(logits));
}
