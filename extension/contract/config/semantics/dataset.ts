import type { SemanticProblem } from '../problem';
import type { Config } from '../resolve';
import type { DatasetFacts } from './facts';
import { error, set, warning } from './findings';

/** The dataset's folder, the split of its images, and every count that must fit into a part of them. */
export function checkDataset(config: Config, facts: DatasetFacts | undefined): SemanticProblem[] {
  return [
    ...checkSource(config, facts),
    ...checkSplit(config, facts),
    ...checkTrainingCounts(config, facts),
    ...checkTestCounts(config, facts),
    ...checkAugmentation(config, facts),
  ];
}

function checkSource({ dataset }: Config, facts: DatasetFacts | undefined): SemanticProblem[] {
  if (dataset.path === '') {
    const files = dataset.name === 'idx' ? 'its IDX files' : 'the folder with train and test';
    return [
      error('dataset.path', `found no folder; the dataset "${dataset.name}" needs the path of ${files}.`),
    ];
  }
  if (facts === undefined || dataset.classes === null || dataset.classes >= facts.classes) return [];
  return [
    error('dataset.classes', `found ${dataset.classes}, but the labels need ${facts.classes} classes.`, {
      mend: set('dataset.classes', facts.classes),
    }),
  ];
}

function checkSplit({ dataset }: Config, facts: DatasetFacts | undefined): SemanticProblem[] {
  const path = 'dataset.validationExamples';
  const total = facts?.trainExamples ?? Number.POSITIVE_INFINITY;
  const held = dataset.validationExamples;
  if (held === 0) {
    const suggested = Math.min(1000, Math.max(1, Math.floor(total / 10)));
    return [
      error(path, 'found 0, but the best checkpoint is chosen on held-out training images; hold out some.', {
        mend: set(path, suggested),
      }),
    ];
  }
  if (held >= total) {
    return [
      error(path, `found ${held}, but the training set has only ${total} images; leave some for training.`, {
        mend: set(path, Math.max(1, Math.floor(total / 10))),
      }),
    ];
  }
  if (dataset.trainExamples !== null && dataset.trainExamples > total - held) {
    return [
      error(
        'dataset.trainExamples',
        `found ${dataset.trainExamples}, but ${total - held} training images remain beside the ${held} held out.`,
        { mend: set('dataset.trainExamples', null, 'use all of them (null)') },
      ),
    ];
  }
  return [];
}

/** Images one epoch trains on, as far as is known; 0 where the split itself is wrong. */
function trainingImages({ dataset }: Config, facts: DatasetFacts | undefined): number {
  const total = facts?.trainExamples ?? Number.POSITIVE_INFINITY;
  return Math.min(dataset.trainExamples ?? total, Math.max(0, total - dataset.validationExamples));
}

function checkTrainingCounts(config: Config, facts: DatasetFacts | undefined): SemanticProblem[] {
  const images = trainingImages(config, facts);
  if (images === 0) return [];
  const counts = [
    { path: 'batchSize', count: config.batchSize, used: true },
    { path: 'sharpness.examples', count: config.sharpness.examples, used: config.sharpness.everyEpochs > 0 },
  ];
  return counts
    .filter(({ count, used }) => used && count > images)
    .map(({ path, count }) =>
      error(path, `found ${count}, but training has only ${images} images; use at most as many.`, {
        mend: set(path, images),
      }),
    );
}

function checkTestCounts(
  { dataset, evaluation }: Config,
  facts: DatasetFacts | undefined,
): SemanticProblem[] {
  if (facts === undefined) return [];
  const limit = dataset.testExamples;
  if (limit === null || limit <= facts.testExamples) {
    const images = limit ?? facts.testExamples;
    const wanted = evaluation.final.examples ?? 0;
    if (wanted <= images) return [];
    const path = 'evaluation.final.examples';
    return [
      warning(path, `found ${wanted}, but there are only ${images} test images; all of them will be used.`, {
        mend: set(path, null, 'use all of them (null)'),
      }),
    ];
  }
  return [
    error('dataset.testExamples', `found ${limit}, but the test set has only ${facts.testExamples} images.`, {
      mend: set('dataset.testExamples', null, 'use all of them (null)'),
    }),
  ];
}

function checkAugmentation(
  { augmentation, dataset }: Config,
  facts: DatasetFacts | undefined,
): SemanticProblem[] {
  const problems: SemanticProblem[] = [];
  if (augmentation.flip && (dataset.name === 'mnist' || dataset.name === 'svhn')) {
    problems.push(
      warning('augmentation.flip', 'found true, but a mirrored digit is no digit or another one.', {
        mend: set('augmentation.flip', false),
      }),
    );
  }
  const side = facts === undefined ? Number.POSITIVE_INFINITY : Math.min(facts.height, facts.width);
  if (augmentation.cropPadding >= side) {
    problems.push(
      error(
        'augmentation.cropPadding',
        `found ${augmentation.cropPadding}, but the images are ${facts?.height}x${facts?.width}: a crop could miss the image; use less than ${side}.`,
        { mend: set('augmentation.cropPadding', Math.floor(side / 8)) },
      ),
    );
  }
  if (augmentation.cutout >= side) {
    problems.push(
      error(
        'augmentation.cutout',
        `found ${augmentation.cutout}, but the images are ${facts?.height}x${facts?.width}: nothing could be left of one; use less than ${side}.`,
        { mend: set('augmentation.cutout', Math.floor(side / 2)) },
      ),
    );
  }
  return problems;
}
