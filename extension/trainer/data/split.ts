import { permutation } from '../random/draws';
import { derive, type Key } from '../random/key';
import { DataError } from './dataError';

/** Indices into the training set, ascending. The two never overlap. */
export interface TrainingSplit {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

export interface SplitSizes {
  /** Images held out of training for model selection. */
  readonly validationExamples: number;
  /** Images to train on; by default (null), all that are not held out. */
  readonly trainExamples?: number | null | undefined;
}

/**
 * Divides `count` training images at random into those to train on and those held out for model selection.
 * The validation images depend on `key` and `validationExamples` only, and a smaller `trainExamples` takes a subset of a
 * larger one's images, so that such runs compare. Throws DataError when there are too few images.
 */
export function splitTraining(count: number, sizes: SplitSizes, key: Key): TrainingSplit {
  const { validationExamples } = sizes;
  const trainExamples = sizes.trainExamples ?? count - validationExamples;
  if (trainExamples < 1 || validationExamples < 0 || trainExamples + validationExamples > count) {
    throw new DataError(
      `The training set has ${count} images; ${validationExamples} for validation and ` +
        `${sizes.trainExamples ?? 'the rest'} for training cannot be taken from it. ` +
        'Lower dataset.validationExamples or dataset.trainExamples; at least one image must remain for training.',
    );
  }
  const order = permutation(derive(key, 'split'), count);
  return {
    validation: order.slice(0, validationExamples).sort(),
    train: order.slice(validationExamples, validationExamples + trainExamples).sort(),
  };
}

/**
 * `count` of the given indices, drawn at random by `key`, in their given order; all of them where there are no more.
 * A smaller count takes a subset of a larger one's.
 */
export function fixedSubset(indices: Uint32Array, count: number, key: Key): Uint32Array {
  const places = permutation(derive(key, 'subset'), indices.length).slice(0, count).sort();
  return places.map(place => indices[place] ?? 0);
}
