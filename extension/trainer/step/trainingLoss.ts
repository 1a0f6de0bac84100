import { add, mul, type Scalar, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorMap } from '../models/tensorMap';
import { type BatchMeans, wholeBatch } from '../objectives/batchMeans';
import { type Branch, type Branches, branchOf, type ObjectiveTerms, toBranch } from '../objectives/objective';
import { antitheticTerms } from '../taylor/antithetic';
import { lastLayerTerms, type TaylorTerms } from '../taylor/lastLayer';
import { needsAdversarial, needsNatural, type Recipe, trainMode, usesTaylorTerms } from './recipe';

/** A batch ready for the loss. `adversarial` is absent when the recipe does not need it. */
export interface StepImages {
  /** [batch, height, width, channels] */
  readonly natural: Tensor4D;
  readonly adversarial?: Tensor4D;
  /** [batch, classes] */
  readonly oneHot: Tensor2D;
}

export interface TrainingLoss {
  readonly total: Scalar;
  readonly terms: ObjectiveTerms & TaylorTerms;
  readonly branches: Branches;
}

/** The forward passes of a step in train mode, each once. */
export function forwardBranches(
  recipe: Recipe,
  parameters: TensorMap,
  statistics: TensorMap,
  images: StepImages,
): Branches {
  const mode = trainMode(recipe, images.natural.shape[0]);
  const pass = (x: Tensor4D): Branch => toBranch(recipe.model.forward(parameters, statistics, x, mode));
  return {
    ...(needsNatural(recipe) ? { natural: pass(images.natural) } : {}),
    ...(needsAdversarial(recipe) && images.adversarial ? { adversarial: pass(images.adversarial) } : {}),
  };
}

/**
 * The loss of a training step:
 *
 *   (1 - alpha) natural + alpha first + alpha secondWeight second + beta robust,
 *
 * with alpha = 0 at order 0 and no second term at order 1. `taylorNoises` are for the antithetic estimator.
 */
export function trainingLoss(
  recipe: Recipe,
  parameters: TensorMap,
  statistics: TensorMap,
  images: StepImages,
  taylorNoises: readonly TensorMap[],
  overBatch: BatchMeans = wholeBatch,
): TrainingLoss {
  const branches = forwardBranches(recipe, parameters, statistics, images);
  const objective = recipe.objective.terms(branches, images.oneHot);
  if (!usesTaylorTerms(recipe)) {
    return { total: objectiveLoss(objective, recipe.beta), terms: objective, branches };
  }
  const { alpha, secondWeight } = recipe.taylor;
  const taylor = taylorTerms(recipe, parameters, statistics, images, branches, taylorNoises, overBatch);
  let total = objectiveLoss({ ...objective, natural: mul(objective.natural, 1 - alpha) }, recipe.beta);
  if (taylor.first) total = add(total, mul(taylor.first, alpha));
  if (taylor.second) total = add(total, mul(taylor.second, alpha * secondWeight));
  return { total, terms: { ...objective, ...taylor }, branches };
}

/** natural + beta robust: the objective without Taylor terms, and what AWP raises. */
export function objectiveLoss({ natural, robust }: ObjectiveTerms, beta: number): Scalar {
  return robust ? add(natural, mul(robust, beta)) : natural;
}

function taylorTerms(
  recipe: Recipe,
  parameters: TensorMap,
  statistics: TensorMap,
  images: StepImages,
  branches: Branches,
  noises: readonly TensorMap[],
  overBatch: BatchMeans,
): TaylorTerms {
  const natural = branchOf(branches, 'natural');
  const adversarial = branchOf(branches, 'adversarial');
  const { model, taylor } = recipe;
  if (taylor.estimator === 'last-layer') {
    return lastLayerTerms(natural, adversarial, images.oneHot, taylor, overBatch);
  }
  const adversarialImages = images.adversarial ?? images.natural;
  return antitheticTerms({
    model,
    parameters,
    statistics,
    mode: trainMode(recipe, images.natural.shape[0]),
    naturalImages: images.natural,
    adversarialImages,
    natural,
    adversarial,
    noises,
    order: taylor.order,
  });
}

/** Every tensor of the loss: what the gradient computation must not dispose of, and the caller must. */
export function lossTensors({ total, terms, branches }: TrainingLoss): Tensor[] {
  const tensors: Tensor[] = [total, ...Object.values(terms)];
  for (const branch of [branches.natural, branches.adversarial]) {
    if (!branch) continue;
    const { logits, features, logProbabilities, probabilities, batchStatistics } = branch;
    tensors.push(logits, features, logProbabilities, probabilities, ...batchStatistics.values());
  }
  return tensors;
}
