import type { SemanticProblem } from '../problem';
import type { Config } from '../resolve';
import type { DatasetFacts } from './facts';
import { error, set, show, warning } from './findings';

/** Where the two estimators of the Taylor terms are defined. */
export function checkTaylor(config: Config, facts: DatasetFacts | undefined): SemanticProblem[] {
  if (config.taylor.order === 0) return checkReferenceUpdates(config);
  const estimator =
    config.taylor.estimator === 'last-layer' ? checkLastLayer(config, facts) : checkAntithetic(config);
  return [...estimator, ...checkReferenceUpdates(config)];
}

function checkLastLayer({ dataset }: Config, facts: DatasetFacts | undefined): SemanticProblem[] {
  const classes = dataset.classes ?? facts?.classes;
  if (classes !== 2) return [];
  const path = 'taylor.estimator';
  return [
    error(
      path,
      'found "last-layer" with 2 classes, where its targets R(v) are undefined: kappa = 1 - 2 / classes is 0. Use "antithetic".',
      { mend: set(path, 'antithetic') },
    ),
  ];
}

function checkAntithetic({ taylor }: Config): SemanticProblem[] {
  const path = 'taylor.sigma';
  // The default is relative to the filters; as an absolute sigma it would be another magnitude.
  const mend = taylor.sigmaScale === 'filter' ? set(path, null, 'use the default (null)') : set(path, 1e-3);
  if (taylor.sigma === 0) {
    return [
      error(
        path,
        'found 0; the antithetic Taylor terms are differences over the noise and vanish without it.',
        { mend },
      ),
    ];
  }
  if (taylor.order === 2 && taylor.sigmaScale === 'absolute' && taylor.sigma < 1e-3) {
    return [
      warning(
        path,
        `found ${show(taylor.sigma)} absolute; below 0.001, 32-bit rounding drowns the antithetic second difference.`,
        { mend },
      ),
    ];
  }
  return [];
}

function checkReferenceUpdates({ taylor, objective, awp }: Config): SemanticProblem[] {
  if (taylor.batchNormUpdates !== 'reference') return [];
  const conflicts = [
    ...(taylor.order === 2 ? [] : [`taylor.order ${taylor.order}`]),
    ...(taylor.estimator === 'last-layer' ? [] : [`taylor.estimator "${taylor.estimator}"`]),
    ...(objective.name === 'trades' ? [] : [`objective.name "${objective.name}"`]),
    ...(awp.gamma === 0 ? [] : [`awp.gamma ${show(awp.gamma)}`]),
  ];
  if (conflicts.length === 0) return [];
  const path = 'taylor.batchNormUpdates';
  return [
    error(
      path,
      `found "reference" with ${conflicts.join(' and ')}; the official script's updates are defined for order 2, last-layer, trades and no awp only.`,
      { mend: set(path, 'once') },
    ),
  ];
}
