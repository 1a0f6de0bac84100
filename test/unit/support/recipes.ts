import { type Tensor2D, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { initialParameters, initialStatistics } from '../../../extension/trainer/models/initialise';
import type { Model } from '../../../extension/trainer/models/model';
import { preActResNet } from '../../../extension/trainer/models/preActResNet';
import { smallCnn } from '../../../extension/trainer/models/smallCnn';
import { wideResNet } from '../../../extension/trainer/models/wideResNet';
import { trades } from '../../../extension/trainer/objectives/trades';
import { zeroMomenta } from '../../../extension/trainer/optim/sgd';
import { uniforms } from '../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../extension/trainer/random/key';
import { oneHotLabels } from '../../../extension/trainer/step/batch';
import type { Recipe } from '../../../extension/trainer/step/recipe';
import type { TrainingState } from '../../../extension/trainer/step/trainingStep';

export const key = rootKey(42);

export const tinyWideResNet = (): Model => wideResNet([8, 8, 3], 10, { depth: 10, widenFactor: 1 });
export const tinyPreActResNet = (): Model => preActResNet([8, 8, 3], 10, { width: 4, blocks: [1, 1, 1, 1] });
export const tinySmallCnn = (): Model => smallCnn([16, 16, 1], 10, { channels: [4, 6], hidden: 12 });

type Sections = 'attack' | 'taylor';
type Changes = Partial<Omit<Recipe, Sections>> & { readonly [Name in Sections]?: Partial<Recipe[Name]> };

/** RAT-TRADES of order 2 with the last-layer estimator, the official weight noise and 3 attack steps, but for `changes`. */
export function recipeWith(model: Model, { attack, taylor, ...changes }: Changes = {}): Recipe {
  return {
    model,
    objective: trades,
    beta: 6,
    threat: { norm: 'linf', epsilon: 8 / 255 },
    attack: {
      steps: 3,
      stepSize: 2 / 255,
      start: 'gaussian',
      startSigma: 0.001,
      loss: 'kl',
      batchNorm: 'eval',
      ...attack,
    },
    taylor: {
      order: 2,
      estimator: 'last-layer',
      alpha: 0.2,
      secondWeight: 0.5,
      sigma: 1e-4,
      sigmaScale: 'absolute',
      draws: 1,
      secondTargets: 'reference',
      batchNormUpdates: 'once',
      ...taylor,
    },
    noisyAttack: true,
    awpGamma: 0,
    ...changes,
  };
}

export function freshState(model: Model): TrainingState {
  const parameters = initialParameters(model, key);
  return { parameters, statistics: initialStatistics(model), momenta: zeroMomenta(parameters) };
}

/** Uniform random images with labels 0, 1, 2, ... */
export function randomBatch(
  model: Model,
  batch: number,
  name = 'images',
): { readonly images: Tensor4D; readonly oneHot: Tensor2D; readonly labels: number[] } {
  const [height, width, channels] = model.inputShape;
  const values = uniforms(derive(key, name), batch * height * width * channels);
  const labels = Array.from({ length: batch }, (_, i) => i % model.classes);
  return {
    images: tensor4d(values, [batch, height, width, channels]),
    oneHot: oneHotLabels(Int32Array.from(labels), model.classes),
    labels,
  };
}
