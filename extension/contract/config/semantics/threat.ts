import type { SemanticProblem } from '../problem';
import type { Config } from '../resolve';
import { error, set, show, warning } from './findings';

/** The radius, and whether each attack's steps suit it. */
export function checkThreat(config: Config): SemanticProblem[] {
  const { attack, evaluation, objective, taylor } = config;
  const radius = checkEpsilon(config);
  if (radius.length > 0) return radius;
  const trainsOnAttack = objective.name !== 'standard' || taylor.order > 0;
  return [
    ...(trainsOnAttack ? checkSteps(config, 'attack', attack) : []),
    ...checkSteps(config, 'evaluation', evaluation),
    ...checkSteps(config, 'evaluation.final', evaluation.final),
  ];
}

function checkEpsilon({ threat }: Config): SemanticProblem[] {
  const { norm, epsilon } = threat;
  const path = 'threat.epsilon';
  if (norm === 'l2' || epsilon < 0.5) return [];
  if (epsilon < 1) {
    return [
      warning(
        path,
        `found ${show(epsilon)}; pixels lie in [0, 1], so this linf ball holds almost any image. Did you mean "8/255"?`,
        { mend: set(path, '8/255') },
      ),
    ];
  }
  const pixels = epsilon <= 127 && Number.isInteger(epsilon) ? `${epsilon}/255` : '8/255';
  return [
    error(
      path,
      `found ${show(epsilon)}; pixels lie in [0, 1], so an linf epsilon of 1 or more allows every image. Did you mean "${pixels}"?`,
      { mend: set(path, pixels) },
    ),
  ];
}

/** `section` holds the attack's `steps` and `stepSize`. */
function checkSteps(
  { threat: { epsilon } }: Config,
  section: string,
  { steps, stepSize }: { readonly steps: number; readonly stepSize: number },
): SemanticProblem[] {
  const path = `${section}.stepSize`;
  const rounding = 1e-9 * epsilon;
  if (stepSize > epsilon + rounding) {
    return [
      warning(
        path,
        `found ${show(stepSize)}, more than epsilon = ${show(epsilon)}: a single step leaves the ball.`,
        {
          mend: set(path, null, 'use the default (null)'),
        },
      ),
    ];
  }
  if (steps * stepSize < epsilon - rounding) {
    return [
      warning(
        path,
        `found ${show(stepSize)}; ${steps} such steps go ${show(steps * stepSize)} far and cannot cross epsilon = ${show(epsilon)}, so the attack is weaker than it need be.`,
        // 2.5 * epsilon / steps reaches the border from anywhere in the ball (Madry et al. 2018).
        { mend: set(path, Math.min(epsilon, (2.5 * epsilon) / steps)) },
      ),
    ];
  }
  return [];
}
