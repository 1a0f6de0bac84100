import { type Tensor2D, type Tensor4D, zeros } from '@tensorflow/tfjs-core';
import type { SgdOptions } from '../optim/sgd';
import { rootKey } from '../random/key';
import { oneHotLabels } from './batch';
import { keyedDraws } from './draws';
import type { Recipe } from './recipe';
import { disposeState, disposeStep, type TrainingState, trainingStep } from './trainingStep';

/** The first step finds memory in one piece, and later ones find it as the steps before have left it. */
const steps = 4;
const attackSteps = 2;

/**
 * Training steps on black images whose results are thrown away. They take the memory of real ones, and less time: the attack
 * is cut short, as all of its steps use the same memory.
 */
export function trySteps(recipe: Recipe, state: TrainingState, sgd: SgdOptions, batchSize: number): void {
  const { model, attack } = recipe;
  const short = { ...recipe, attack: { ...attack, steps: Math.min(attack.steps, attackSteps) } };
  let last = state;
  for (let step = 0; step < steps; step++) {
    const images: Tensor4D = zeros([batchSize, ...model.inputShape]);
    const oneHot: Tensor2D = oneHotLabels(new Int32Array(batchSize), model.classes);
    const result = trainingStep(short, last, images, oneHot, sgd, keyedDraws(rootKey(0), step));
    images.dispose();
    oneHot.dispose();
    disposeStep(result, { keepState: true });
    if (last !== state) disposeState(last);
    last = result.state;
  }
  if (last !== state) disposeState(last);
}
