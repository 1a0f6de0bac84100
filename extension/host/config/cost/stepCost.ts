import type { Config } from '../../../contract/config';

/**
 * What one training step costs, in forward passes of a batch. A backward pass to the images counts 1 such unit, one to
 * the weights 2.
 */
export interface StepCost {
  /** Crafting the adversarial images. */
  readonly attack: number;
  /** The loss and its gradient, Taylor terms included. */
  readonly loss: number;
  /** Adversarial weight perturbation, once its warm-up is over. */
  readonly weightPerturbation: number;
  readonly total: number;
}

/**
 * The closed form of the cost: each branch (clean, adversarial) passes once forward and back; the attack passes forward
 * and back to the images at every step, and once more for the clean prediction of its KL loss; AWP repeats the
 * branches; the antithetic estimator adds two displaced networks on both branches for every draw.
 */
export function stepCost({ objective, taylor, attack, awp }: Config): StepCost {
  const hasTaylorTerms = taylor.order > 0;
  const natural = objective.name !== 'pgd-at' || hasTaylorTerms;
  const adversarial = objective.name !== 'standard' || hasTaylorTerms;
  const branches = Number(natural) + Number(adversarial);
  const draws = hasTaylorTerms && taylor.estimator === 'antithetic' ? taylor.draws : 0;
  const forwardAndBack = 3;
  const cost = {
    attack: adversarial ? 2 * attack.steps + Number(attack.loss === 'kl') : 0,
    loss: forwardAndBack * (branches + 4 * draws),
    weightPerturbation: awp.gamma > 0 ? forwardAndBack * branches : 0,
  };
  return { ...cost, total: cost.attack + cost.loss + cost.weightPerturbation };
}
