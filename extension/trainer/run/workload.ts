import type { Config } from '../../contract/config';
import { stepsPerEpoch } from '../data/batches';
import type { Dataset } from '../data/dataset';
import { fixedSubset, splitTraining } from '../data/split';
import { buildModel } from '../models/catalogue';
import { initialParameters, initialStatistics } from '../models/initialise';
import type { Model } from '../models/model';
import { zeroMomenta } from '../optim/sgd';
import { derive, type Key, rootKey } from '../random/key';
import { type Recipe, recipeOf } from '../step/recipe';
import type { TrainingState } from '../step/trainingStep';

/** Everything about a run that a config and a dataset decide, before any tensor exists. */
export interface Workload {
  readonly config: Config;
  readonly dataset: Dataset;
  readonly model: Model;
  readonly recipe: Recipe;
  readonly key: Key;
  /** Indices into the dataset's training set. */
  readonly train: Uint32Array;
  /** Held out of training: evaluated after epochs, to choose the best weights. */
  readonly validation: Uint32Array;
  /** Indices into the test set, for the one measurement at the end. */
  readonly test: Uint32Array;
  /** Training images over which sharpness is measured. */
  readonly sharpness: Uint32Array;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/** Weights as they are drawn, before the first step. */
export function freshState({ model, key }: Pick<Workload, 'model' | 'key'>): TrainingState {
  const parameters = initialParameters(model, key);
  return { parameters, statistics: initialStatistics(model), momenta: zeroMomenta(parameters) };
}

export function planWorkload(config: Config, dataset: Dataset): Workload {
  const key = rootKey(config.seed);
  const { train: trainSet, test: testSet, classes } = dataset;
  const model = buildModel(config.model, [trainSet.height, trainSet.width, trainSet.channels], classes);
  const { train, validation } = splitTraining(trainSet.count, config.dataset, derive(key, 'dataset'));
  const allTest = Uint32Array.from({ length: testSet.count }, (_, i) => i);
  const testKey = derive(key, 'test');
  const test = fixedSubset(allTest, config.dataset.testExamples ?? testSet.count, testKey);
  const steps = stepsPerEpoch(train.length, config.batchSize);
  return {
    config,
    dataset,
    model,
    recipe: recipeOf(config, model),
    key,
    train,
    validation: fixedSubset(
      validation,
      config.evaluation.examples ?? validation.length,
      derive(key, 'validation'),
    ),
    test: fixedSubset(test, config.evaluation.final.examples ?? test.length, testKey),
    sharpness: fixedSubset(train, config.sharpness.examples, derive(key, 'sharpness')),
    stepsPerEpoch: steps,
    totalSteps: steps * config.epochs,
  };
}
