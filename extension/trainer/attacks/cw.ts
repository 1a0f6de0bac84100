import type { Attack } from './attack';
import { carliniWagnerLoss } from './attackLosses';
import { iteratedAttack, type StepOptions } from './iterated';

/** CW-k: PGD's loop on the margin loss of Carlini and Wagner (2017), as the TRADES line of evaluations uses it. */
export function cw(options: StepOptions): Attack {
  return iteratedAttack(`cw-${options.steps}`, carliniWagnerLoss, options);
}
