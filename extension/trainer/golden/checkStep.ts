import { exp, neg, type Tensor, type Tensor2D, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import type { TensorMap } from '../models/tensorMap';
import { logSoftmax } from '../objectives/logSoftmax';
import { crossEntropy, klDivergence } from '../objectives/losses';
import { branchOf } from '../objectives/objective';
import { oneHotLabels } from '../step/batch';
import { craftAdversarialImages } from '../step/trainingAttack';
import { disposeStep, type StepResult, trainingStep } from '../step/trainingStep';
import { lastLayerTargets } from '../taylor/lastLayer';
import { klFromTarget } from '../taylor/softTargets';
import { convolutional, displaced, drawWeightNoise } from '../taylor/weightNoise';
import type { GoldenStep } from './goldenStep';

/** One comparison with a recorded step. */
export interface Check {
  readonly what: string;
  /** The tensor or term with the largest error. */
  readonly worst: string;
  /** Relative error (l2 norm for tensors), or the fraction of pixels that differ. */
  readonly error: number;
  readonly tolerance: number;
  readonly passed: boolean;
}

/** Pixels that took the same attack steps agree to rounding; a step of another sign moves them by far more. */
const samePixel = 1e-5;

/**
 * Repeats a recorded step on the current backend and compares every figure. The losses and all that follows are taken at
 * the recorded adversarial images; the attack is judged apart, since the sign of a nearly zero gradient is chaotic.
 */
export async function checkStep(golden: GoldenStep): Promise<Check[]> {
  return [...(await checkUpdate(golden)), ...(await checkAttack(golden))];
}

/** The part of a recorded step that follows from its adversarial images: losses, gradients and the state after it. */
export async function checkUpdate(golden: GoldenStep): Promise<Check[]> {
  const { recipe, draws } = golden;
  const state = { ...stateOf(golden), momenta: golden.section('momentum.') };
  const oneHot = oneHotLabels(golden.labels, recipe.model.classes);
  const recorded = golden.imagesOf('x_adv');
  const result = trainingStep(recipe, state, golden.images, oneHot, golden.sgd, draws, recorded);
  const after = golden.section('after.');
  const checks = [
    await checkLosses(golden, result, oneHot),
    await checkTensors('soft targets', softTargetsOf(result, oneHot), golden.table('target.'), 1e-4),
    await checkTensors('AWP perturbation', result.awp?.perturbation, golden.section('awp.'), 1e-3),
    await checkTensors('gradients', result.gradients, golden.section('grad.'), 1e-3),
    await checkTensors('updated weights', result.state.parameters, after, 1e-5),
    await checkTensors('batch-norm statistics', result.state.statistics, after, 1e-4),
    compareUpdates(result.statisticsUpdates, golden.statisticsUpdates),
  ];
  disposeStep(result);
  return checks.filter(check => check !== undefined);
}

/** The part that crafts the adversarial images. */
async function checkAttack(golden: GoldenStep): Promise<Check[]> {
  const { recipe, draws } = golden;
  const state = stateOf(golden);
  const { parameters, statistics } = state;
  const oneHot = oneHotLabels(golden.labels, recipe.model.classes);
  const recorded = golden.imagesOf('x_adv');
  const crafted = craftAdversarialImages(recipe, parameters, statistics, golden.images, oneHot, draws);
  const checks = [
    await checkPixels(crafted, recorded),
    await checkAttackKl(golden, state, crafted, recorded),
  ];
  crafted.dispose();
  return checks;
}

function stateOf(golden: GoldenStep) {
  const before = golden.section('before.');
  const statistics = pick(before, name => name.includes('running_'));
  const parameters = pick(before, name => !name.includes('running_'));
  return { parameters, statistics };
}

function pick(map: TensorMap, wanted: (name: string) => boolean): TensorMap {
  return new Map([...map].filter(([name]) => wanted(name)));
}

async function checkLosses(golden: GoldenStep, result: StepResult, oneHot: Tensor2D): Promise<Check> {
  const { loss, awp } = result;
  const natural = branchOf(loss.branches, 'natural');
  const adversarial = branchOf(loss.branches, 'adversarial');
  const terms = tidy(() => {
    const targets = lastLayerTargets(natural, adversarial, oneHot, 'reference');
    return {
      total: loss.total.clone(),
      natural: loss.terms.natural.clone(),
      robust: (loss.terms.robust ?? loss.total).clone(),
      adv_ce: crossEntropy(adversarial.logProbabilities, oneHot),
      tl1: klFromTarget(targets.firstAdversarial, adversarial.logProbabilities),
      tl1_: klFromTarget(targets.firstNatural, natural.logProbabilities),
      tl2: klFromTarget(targets.secondAdversarial, adversarial.logProbabilities),
      tl2_: klFromTarget(targets.secondNatural, natural.logProbabilities),
      ...(awp ? { awp_objective_negated: neg(awp.loss) } : {}),
    };
  });
  const errors: [string, number][] = [];
  for (const [name, expected] of golden.losses) {
    const tensor = (terms as Readonly<Record<string, Tensor | undefined>>)[name];
    const [found] = tensor ? await tensor.data() : [];
    errors.push([name, Math.abs((found ?? Number.NaN) - expected) / Math.abs(expected)]);
  }
  for (const tensor of Object.values(terms)) tensor?.dispose();
  return worstOf('loss terms', errors, 1e-4);
}

/** Our soft targets under the names of the golden files. */
function softTargetsOf({ loss: { branches } }: StepResult, oneHot: Tensor2D): TensorMap {
  const targets = lastLayerTargets(
    branchOf(branches, 'natural'),
    branchOf(branches, 'adversarial'),
    oneHot,
    'reference',
  );
  return new Map<string, Tensor>([
    ['tl1', targets.firstAdversarial],
    ['tl1_', targets.firstNatural],
    ['tl2', targets.secondAdversarial],
    ['tl2_', targets.secondNatural],
  ]);
}

/** Compares every tensor that both maps have; undefined when the file records none. */
async function checkTensors(
  what: string,
  found: TensorMap | undefined,
  expected: TensorMap,
  tolerance: number,
): Promise<Check | undefined> {
  if (!found) return undefined;
  const errors: [string, number][] = [];
  for (const [name, tensor] of found) {
    const golden = expected.get(name);
    if (golden) errors.push([name, relativeError(await tensor.data(), await golden.data())]);
  }
  return errors.length > 0 ? worstOf(what, errors, tolerance) : undefined;
}

function compareUpdates(found: number, expected: number): Check {
  const error = Math.abs(found - expected);
  return {
    what: 'batch-norm updates',
    worst: `${found} of ${expected}`,
    error,
    tolerance: 0,
    passed: error === 0,
  };
}

async function checkPixels(crafted: Tensor, recorded: Tensor): Promise<Check> {
  const [a, b] = [await crafted.data(), await recorded.data()];
  let different = 0;
  for (let i = 0; i < a.length; i++) {
    if (Math.abs((a[i] ?? 0) - (b[i] ?? 0)) > samePixel) different++;
  }
  return worstOf('adversarial pixels that differ', [['x_adv', different / a.length]], 0.05);
}

/** The objective of the attack, KL(p~(x) || p~(x')) of the noisy copy in eval mode, at our images and at the recorded ones. */
async function checkAttackKl(
  { recipe, images, draws }: GoldenStep,
  { parameters, statistics }: { readonly parameters: TensorMap; readonly statistics: TensorMap },
  crafted: Tensor4D,
  recorded: Tensor4D,
): Promise<Check> {
  const { model, taylor } = recipe;
  const noise = recipe.noisyAttack
    ? drawWeightNoise(model, parameters, convolutional, taylor, draws.attackWeights)
    : new Map<string, Tensor>();
  const [ours, theirs] = tidy(() => {
    const weights = displaced(parameters, noise);
    const predict = (x: Tensor4D) => logSoftmax(model.forward(weights, statistics, x, 'eval').logits);
    const clean = predict(images);
    const probabilities = exp(clean);
    return [crafted, recorded].map(x => klDivergence(probabilities, clean, predict(x)));
  });
  const [found = Number.NaN] = ours ? await ours.data() : [];
  const [expected = Number.NaN] = theirs ? await theirs.data() : [];
  return worstOf('KL that the attack reaches', [['x_adv', Math.abs(found - expected) / expected]], 0.01);
}

function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += ((found[i] ?? Number.NaN) - (expected[i] ?? 0)) ** 2;
    size += (expected[i] ?? 0) ** 2;
  }
  return Math.sqrt(difference / size);
}

/** NaN counts as the worst error of all. */
function worstOf(what: string, errors: readonly (readonly [string, number])[], tolerance: number): Check {
  let worst = '';
  let error = -1;
  for (const [name, value] of errors) {
    if (Number.isNaN(error) || value <= error) continue;
    worst = name;
    error = value;
  }
  return { what, worst, error, tolerance, passed: error <= tolerance };
}
