import type { Config } from '../../contract/config';
import type { Threat } from '../attacks/ball';
import { identityOf } from '../fused/replayed';
import type { Mode, Model, SharedBatch } from '../models/model';
import { objectives } from '../objectives/catalogue';
import type { Objective } from '../objectives/objective';

/** What one training step does: a network and the sections of the config that shape its loss. */
export interface Recipe {
  readonly model: Model;
  readonly objective: Objective;
  readonly beta: number;
  readonly threat: Threat;
  readonly attack: Config['attack'];
  readonly taylor: Config['taylor'];
  /** Whether the attack sees a copy with noisy weights. The official AWP script attacks the weights as they are. */
  readonly noisyAttack: boolean;
  /** 0 = no adversarial weight perturbation. */
  readonly awpGamma: number;
  /** Where a step is given a part of a batch, and batch norm takes the statistics of all of it. */
  readonly sharedBatch?: Omit<SharedBatch, 'lossFactor'>;
}

export function recipeOf(config: Config, model: Model): Recipe {
  return {
    model,
    objective: objectives[config.objective.name],
    beta: config.objective.beta,
    threat: config.threat,
    attack: config.attack,
    taylor: config.taylor,
    noisyAttack: config.taylor.sigma > 0 && config.awp.gamma === 0,
    awpGamma: config.awp.gamma,
  };
}

/** Tells recipes apart whose steps do something else on the same network. */
export function recipeKey({
  objective,
  beta,
  threat,
  attack,
  taylor,
  noisyAttack,
  awpGamma,
}: Recipe): string {
  return JSON.stringify([identityOf(objective), beta, threat, attack, taylor, noisyAttack, awpGamma]);
}

/** Train mode for a loss that is the mean over the images at hand, of which there are `examples`. */
export function trainMode({ sharedBatch }: Recipe, examples: number): Mode {
  return sharedBatch ? { ...sharedBatch, lossFactor: examples / sharedBatch.examples } : 'train';
}

/** The mode of the attack, whose loss is the sum over the images. */
export function attackMode({ attack, sharedBatch }: Recipe): Mode {
  return attack.batchNorm === 'train' && sharedBatch ? { ...sharedBatch, lossFactor: 1 } : attack.batchNorm;
}

/** Whether the Taylor terms enter the loss: they compare clean with adversarial images and need both passes. */
export const usesTaylorTerms = ({ taylor }: Recipe): boolean => taylor.order > 0;

export const needsNatural = (recipe: Recipe): boolean =>
  recipe.objective.needsNatural || usesTaylorTerms(recipe);

export const needsAdversarial = (recipe: Recipe): boolean =>
  recipe.objective.needsAdversarial || usesTaylorTerms(recipe);
