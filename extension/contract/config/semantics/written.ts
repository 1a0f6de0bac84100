import type { SemanticProblem } from '../problem';
import type { Config } from '../resolve';
import type { RawConfig } from '../schema';
import { error, remove, set, warning } from './findings';
import { checkIdleSettings } from './idle';

/** Findings about what was written, which the resolved config no longer shows. */
export function checkWritten(raw: RawConfig, config: Config): SemanticProblem[] {
  return [
    ...checkModelFields(raw, config),
    ...checkDatasetFields(raw, config),
    ...checkIdleSettings(raw, config),
    ...checkMilestones(raw, config),
    ...checkNoiseScale(raw, config),
    ...checkValidationCount(raw, config),
  ];
}

const fieldOwners = {
  channels: 'small-cnn',
  hidden: 'small-cnn',
  layers: 'mlp',
  width: 'preact-resnet',
  blocks: 'preact-resnet',
} as const;

function checkModelFields({ model }: RawConfig, config: Config): SemanticProblem[] {
  return Object.entries(fieldOwners)
    .filter(([field, owner]) => Object.hasOwn(model, field) && owner !== config.model.family)
    .map(([field, owner]) =>
      error(
        `model.${field}`,
        `found ${field}, a setting of ${owner} models, with "${model.name}"; remove it.`,
        {
          mend: remove(`model.${field}`),
        },
      ),
    );
}

/** Fields of one kind of dataset, and why the others have none. */
function checkDatasetFields({ dataset }: RawConfig, { dataset: { name } }: Config): SemanticProblem[] {
  const refusals = [
    ['path', name === 'mnist', 'which comes with the program'],
    ['classes', name !== 'idx', 'whose classes are known without it; only "idx" has it'],
    ['imageSize', name !== 'images', 'whose images have one size; only "images" has it'],
    ['imageFit', name !== 'images', 'whose images have one size; only "images" has it'],
    ['imageColour', name !== 'images', 'whose channels are known; only "images" has it'],
  ] as const;
  return refusals
    .filter(([field, refused]) => refused && (dataset[field] ?? null) !== null)
    .map(([field, , why]) =>
      error(`dataset.${field}`, `found ${field} with the dataset "${name}", ${why}.`, {
        mend: remove(`dataset.${field}`),
      }),
    );
}

/** The default milestones suit 200 epochs and stay silent in shorter runs; written ones are meant. */
function checkMilestones(raw: RawConfig, { schedule, epochs }: Config): SemanticProblem[] {
  const milestones = raw.schedule?.milestones ?? [];
  const path = 'schedule.milestones';
  if (schedule.name !== 'step' || milestones.length === 0) return [];
  if (milestones.some(epoch => epoch < epochs)) return [];
  return [
    warning(
      path,
      `found ${JSON.stringify(milestones)}, but training ends after ${epochs} epochs: the rate never drops.`,
      {
        mend: epochs < 4 ? remove(path) : set(path, [Math.floor(epochs / 2), Math.floor((3 * epochs) / 4)]),
      },
    ),
  ];
}

/** The default sigma belongs to the estimator's own scale, and means something else on the other. */
function checkNoiseScale(raw: RawConfig, { taylor }: Config): SemanticProblem[] {
  const usual = taylor.estimator === 'last-layer' ? 'absolute' : 'filter';
  if (taylor.sigmaScale === usual || (raw.taylor?.sigma ?? null) !== null) return [];
  return [
    warning(
      'taylor.sigmaScale',
      `found "${taylor.sigmaScale}" without a sigma; the default ${taylor.sigma} is meant for "${usual}". Write taylor.sigma too.`,
      { mend: set('taylor.sigmaScale', null, 'use the default (null)') },
    ),
  ];
}

/** The default count shrinks to the held-out part in silence; a written one is meant. */
function checkValidationCount(raw: RawConfig, { dataset }: Config): SemanticProblem[] {
  const wanted = raw.evaluation?.examples ?? 0;
  const held = dataset.validationExamples;
  if (held === 0 || wanted <= held) return [];
  const path = 'evaluation.examples';
  return [
    warning(path, `found ${wanted}, but only ${held} images are held out; all of them will be used.`, {
      mend: set(path, null, 'use all of them (null)'),
    }),
  ];
}
