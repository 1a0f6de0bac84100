import {
  dispose,
  keep,
  mul,
  type Scalar,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { gradients } from '../autodiff';
import { keyTensor } from '../fused/drawsBelow';
import { partsOf, replayed, replays } from '../fused/replayed';
import { sgdRates } from '../fused/sgdStep';
import { updateStatistics } from '../models/batchNorm';
import {
  disposeTensors,
  keepTensors,
  mapTensors,
  renamedAs,
  type TensorMap,
  tidyKeeping,
} from '../models/tensorMap';
import { type BatchMeans, wholeBatch } from '../objectives/batchMeans';
import type { Branches } from '../objectives/objective';
import { type SgdOptions, sgdStep } from '../optim/sgd';
import { displaced, drawWeightNoise } from '../taylor/weightNoise';
import { adversarialWeightPerturbation } from './awp';
import { recordedDraws, type StepDraws } from './draws';
import { needsAdversarial, type Recipe, recipeKey, usesTaylorTerms } from './recipe';
import { craftAdversarialImages } from './trainingAttack';
import {
  forwardBranches,
  lossTensors,
  objectiveLoss,
  type StepImages,
  type TrainingLoss,
  trainingLoss,
} from './trainingLoss';

/** What a training step changes. Every map is by PyTorch name, in the engine's layouts. */
export interface TrainingState {
  readonly parameters: TensorMap;
  /** Running means and variances of batch norm. */
  readonly statistics: TensorMap;
  readonly momenta: TensorMap;
}

/** What the passes of a step found, before the optimizer changes anything. */
export interface StepGradients {
  readonly loss: TrainingLoss;
  readonly gradients: TensorMap;
  /** The images that the attack made, where the recipe needs them. */
  readonly adversarial?: Tensor4D;
  /** The adversarial weight perturbation before gamma, and the loss that it raises, where AWP is on. */
  readonly awp?: { readonly perturbation: TensorMap; readonly loss: Scalar };
  /** The running statistics after the step. */
  readonly statistics: TensorMap;
  /** How often the running statistics were updated. */
  readonly statisticsUpdates: number;
}

export interface StepResult extends Omit<StepGradients, 'statistics'> {
  readonly state: TrainingState;
}

/**
 * One training step, a pure function of its arguments: the old state is left alone, and the result's tensors are the
 * caller's to dispose of. `recorded` replaces the attack's images.
 *
 * `images`: [batch, height, width, channels], pixels in [0, 1]; `oneHot`: [batch, classes].
 */
export function trainingStep(
  recipe: Recipe,
  state: TrainingState,
  images: Tensor4D,
  oneHot: Tensor2D,
  sgd: SgdOptions,
  draws: StepDraws,
  recorded?: Tensor4D,
): StepResult {
  const { key } = draws;
  const batch = { images, oneHot, ...(recorded ? { recorded } : {}) };
  if (!key || !replays()) return unrecordedStep(recipe, { state, ...batch }, sgd, draws);
  return tidyKeeping(() => {
    const changing = { state, ...batch, root: keyTensor(key), rates: sgdRates(sgd) };
    const result = replayed(
      recipe.model,
      `step ${recipeKey(recipe)}`,
      changing,
      ({ root, rates, ...inputs }) => unrecordedStep(recipe, inputs, sgd, recordedDraws(root), rates),
    );
    partsOf(result).tensors.forEach(keep);
    return result;
  });
}

interface StepInputs {
  readonly state: TrainingState;
  readonly images: Tensor4D;
  readonly oneHot: Tensor2D;
  readonly recorded?: Tensor4D;
}

function unrecordedStep(
  recipe: Recipe,
  { state, images, oneHot, recorded }: StepInputs,
  sgd: SgdOptions,
  draws: StepDraws,
  rates?: Tensor1D,
): StepResult {
  const found = stepGradients(recipe, state, images, oneHot, draws, { ...(recorded ? { recorded } : {}) });
  const { statistics, gradients, awp, ...rest } = found;
  const descent = { gradients, statistics, ...(awp ? { perturbation: awp.perturbation } : {}) };
  const next = stateAfter(recipe, state, descent, sgd, rates);
  return { ...rest, gradients, ...(awp ? { awp } : {}), state: next };
}

/**
 * The attack and the passes of a step. Where this engine holds a part of the batch only, `overBatch` makes the gradients those of
 * the whole batch; loss and batch-norm statistics are of the part. Tensors are the caller's to dispose of.
 */
export function stepGradients(
  recipe: Recipe,
  { parameters, statistics }: Pick<TrainingState, 'parameters' | 'statistics'>,
  images: Tensor4D,
  oneHot: Tensor2D,
  draws: StepDraws,
  {
    recorded,
    overBatch = wholeBatch,
  }: { readonly recorded?: Tensor4D; readonly overBatch?: BatchMeans } = {},
): StepGradients {
  return tidyKeeping(() => {
    const adversarial =
      recorded ??
      (needsAdversarial(recipe)
        ? craftAdversarialImages(recipe, parameters, statistics, images, oneHot, draws)
        : undefined);
    const batch: StepImages = { natural: images, oneHot, ...(adversarial ? { adversarial } : {}) };

    const noises = antitheticNoises(recipe, parameters, draws);
    const { awp, ...step } = passesOf(recipe, { parameters, statistics, batch, noises }, overBatch);
    lossTensors(step.loss).forEach(keep);
    return {
      loss: step.loss,
      gradients: keepTensors(step.gradients),
      statistics: keepTensors(step.statistics),
      statisticsUpdates: step.statisticsUpdates,
      ...(adversarial ? { adversarial } : {}),
      ...(awp ? { awp: { perturbation: keepTensors(awp.perturbation), loss: keep(awp.loss) } } : {}),
    };
  });
}

/** What the optimizer needs of a step: `gradients` at the perturbed weights, where there is a `perturbation` (before gamma). */
export interface Descent {
  readonly gradients: TensorMap;
  readonly perturbation?: TensorMap;
  readonly statistics: TensorMap;
}

/** The state after a step of SGD. Its tensors are kept, those of `state` left alone. */
export function stateAfter(
  recipe: Recipe,
  { parameters, momenta }: TrainingState,
  { gradients, perturbation, statistics }: Descent,
  sgd: SgdOptions,
  rates?: Tensor1D,
): TrainingState {
  return tidyKeeping(() => {
    const offset = perturbation && offsetOf(recipe, perturbation);
    const perturbed = offset ? displaced(parameters, offset) : parameters;
    const updated = sgdStep(perturbed, gradients, momenta, sgd, rates);
    return {
      parameters: keepTensors(offset ? displaced(updated.parameters, offset, -1) : updated.parameters),
      momenta: keepTensors(updated.momenta),
      statistics,
    };
  });
}

interface PassInputs {
  readonly parameters: TensorMap;
  readonly statistics: TensorMap;
  readonly batch: StepImages;
  readonly noises: readonly TensorMap[];
}

/** The passes of a step behind the attack: everything but the draws and the optimizer. */
function passesOf(
  recipe: Recipe,
  { parameters, statistics, batch, noises }: PassInputs,
  overBatch: BatchMeans,
) {
  const awp =
    recipe.awpGamma > 0 ? perturbWeights(recipe, { parameters, statistics }, batch, overBatch) : undefined;
  const perturbed = awp ? displaced(parameters, offsetOf(recipe, awp.perturbation)) : parameters;
  const step = lossAndGradients(recipe, perturbed, statistics, batch, noises, overBatch);
  const updates = statisticsUpdates(recipe, step.loss.branches);
  return {
    ...step,
    awp,
    statistics: updateStatistics(statistics, updates),
    statisticsUpdates: updates.length,
  };
}

const offsetOf = (recipe: Recipe, perturbation: TensorMap): TensorMap =>
  mapTensors(perturbation, v => mul(v, recipe.awpGamma));

function lossAndGradients(
  recipe: Recipe,
  parameters: TensorMap,
  statistics: TensorMap,
  batch: StepImages,
  noises: readonly TensorMap[],
  overBatch: BatchMeans,
): { readonly loss: TrainingLoss; readonly gradients: TensorMap } {
  const kept: { loss?: TrainingLoss } = {};
  const result = gradients(parameters, () => {
    kept.loss = trainingLoss(recipe, parameters, statistics, batch, noises, overBatch);
    lossTensors(kept.loss).forEach(keep);
    return kept.loss.total;
  });
  if (!kept.loss) throw new Error('the loss was not computed');
  const means = overBatch('gradients', [...result.gradients.values()]);
  return { loss: kept.loss, gradients: renamedAs(result.gradients, means) };
}

/** AWP raises the objective without its Taylor terms, in train mode. */
function perturbWeights(
  recipe: Recipe,
  state: Pick<TrainingState, 'parameters' | 'statistics'>,
  batch: StepImages,
  overBatch: BatchMeans,
) {
  const loss = () => {
    const branches = forwardBranches(recipe, state.parameters, state.statistics, batch);
    return objectiveLoss(recipe.objective.terms(branches, batch.oneHot), recipe.beta);
  };
  return adversarialWeightPerturbation(state.parameters, loss, overBatch);
}

function antitheticNoises(recipe: Recipe, parameters: TensorMap, draws: StepDraws): readonly TensorMap[] {
  const { taylor, model } = recipe;
  if (taylor.estimator !== 'antithetic' || !usesTaylorTerms(recipe)) return [];
  const weights = (_name: string, shape: readonly number[]) => shape.length > 1;
  return Array.from({ length: taylor.draws }, (_, draw) =>
    drawWeightNoise(model, parameters, weights, taylor, (name, count) =>
      draws.taylorWeights(draw, name, count),
    ),
  );
}

/**
 * The batch statistics in the order in which they update the running ones.
 * - once: each forward pass of the loss counts once, clean images first
 * - reference: the eight updates of the official TRADES script, which passes the same two batches again and again
 */
function statisticsUpdates(recipe: Recipe, { natural, adversarial }: Branches): TensorMap[] {
  const nat = natural?.batchStatistics;
  const adv = adversarial?.batchStatistics;
  if (recipe.taylor.batchNormUpdates === 'reference' && nat && adv) {
    return [nat, adv, adv, nat, adv, nat, adv, nat];
  }
  return [nat, adv].filter(batch => batch !== undefined);
}

/** Frees everything a step returned, adversarial images included; the new state only where it does not live on. */
export function disposeStep(result: StepResult, { keepState = false } = {}): void {
  disposeFindings(result);
  if (!keepState) disposeState(result.state);
}

/** Frees all that `stepGradients` returned. */
export function disposeGradients(found: StepGradients): void {
  disposeFindings(found);
  disposeTensors(found.statistics);
}

function disposeFindings({ loss, gradients, adversarial, awp }: Omit<StepGradients, 'statistics'>): void {
  dispose(lossTensors(loss));
  disposeTensors(gradients);
  adversarial?.dispose();
  awp?.loss.dispose();
  if (awp) disposeTensors(awp.perturbation);
}

export function disposeState(state: TrainingState): void {
  for (const map of [state.parameters, state.statistics, state.momenta]) disposeTensors(map);
}
