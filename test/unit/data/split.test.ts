import assert from 'node:assert/strict';
import { fixedSubset, splitTraining } from '../../../extension/trainer/data/split';
import { rootKey } from '../../../extension/trainer/random/key';

const key = rootKey(5);
const isAscending = (indices: Uint32Array): boolean =>
  indices.every((index, i) => i === 0 || index > (indices[i - 1] ?? 0));

describe('The held-out validation set', () => {
  it('and the training images divide the training set', () => {
    const { train, validation } = splitTraining(1000, { validationExamples: 100 }, key);
    assert.deepEqual([train.length, validation.length], [900, 100]);
    assert.deepEqual(
      Uint32Array.of(...train, ...validation).sort(),
      Uint32Array.from({ length: 1000 }, (_, i) => i),
    );
    assert.ok(isAscending(train) && isAscending(validation));
  });

  it('stays the same when fewer images are trained on', () => {
    const whole = splitTraining(1000, { validationExamples: 100 }, key);
    const half = splitTraining(1000, { validationExamples: 100, trainExamples: 450 }, key);
    const few = splitTraining(1000, { validationExamples: 100, trainExamples: 10 }, key);
    assert.deepEqual(half.validation, whole.validation);
    assert.deepEqual(few.validation, whole.validation);
    assert.deepEqual([half.train.length, few.train.length], [450, 10]);
    const ofHalf = new Set(half.train);
    assert.ok(few.train.every(index => ofHalf.has(index)));
  });

  it('is drawn from the whole set, anew for each seed', () => {
    const { validation } = splitTraining(1000, { validationExamples: 100 }, key);
    assert.notDeepEqual(splitTraining(1000, { validationExamples: 100 }, rootKey(6)).validation, validation);
    const mean = validation.reduce((sum, index) => sum + index, 0) / 100;
    // Five standard errors of a mean of 100 uniform draws.
    assert.ok(Math.abs(mean - 499.5) < 145);
  });

  it('may be empty', () => {
    const { train, validation } = splitTraining(10, { validationExamples: 0 }, key);
    assert.deepEqual([train.length, validation.length], [10, 0]);
  });

  it('is refused when it leaves too few images', () => {
    const refused = (validationExamples: number, trainExamples?: number) =>
      assert.throws(() => splitTraining(1000, { validationExamples, trainExamples }, key), {
        name: 'DataError',
        message:
          /training set has 1000 images; .* Lower dataset\.validationExamples or dataset\.trainExamples/,
      });
    refused(1000);
    refused(100, 901);
    refused(2000);
    refused(100, 0);
  });
});

describe('A fixed subset', () => {
  const indices = Uint32Array.from({ length: 500 }, (_, i) => 3 * i);

  it('is the same for the same key, and another for another', () => {
    assert.deepEqual(fixedSubset(indices, 50, key), fixedSubset(indices, 50, key));
    assert.notDeepEqual(fixedSubset(indices, 50, rootKey(6)), fixedSubset(indices, 50, key));
  });

  it('holds different indices of those given, in their order', () => {
    const subset = fixedSubset(indices, 50, key);
    assert.equal(subset.length, 50);
    assert.ok(isAscending(subset));
    assert.ok(subset.every(index => indices.includes(index)));
  });

  it('grows by adding, up to all', () => {
    const larger = new Set(fixedSubset(indices, 80, key));
    assert.ok(fixedSubset(indices, 50, key).every(index => larger.has(index)));
    assert.deepEqual(fixedSubset(indices, 501, key), indices);
  });
});
