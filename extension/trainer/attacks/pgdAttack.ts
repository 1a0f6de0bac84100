import type { Attack } from './attack';
import { crossEntropyLoss } from './attackLosses';
import { iteratedAttack, type StepOptions } from './iterated';

/**
 * PGD-k: k steps up cross-entropy from a uniform start. `projectedGradientAscent` (pgd.ts) is its loop. Source: Madry et
 * al., ICLR 2018.
 */
export function pgdAttack(options: StepOptions): Attack {
  return iteratedAttack(`pgd-${options.steps}`, crossEntropyLoss, options);
}
