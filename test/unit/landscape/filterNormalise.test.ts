import assert from 'node:assert/strict';
import { tensor, tensor1d } from '@tensorflow/tfjs-core';
import { filterNormalised } from '../../../extension/trainer/landscape/filterNormalise';
import { onEngine, valuesOf } from '../support/engine';
import { assertClose, at, length, randomVector, range } from '../support/float64';

/** Filter f of values whose last axis, of size `filters`, counts filters. */
const filterOf = (values: readonly number[], filters: number, f: number): number[] =>
  values.filter((_, i) => i % filters === f);

function normalised64(direction: readonly number[], weights: readonly number[], filters: number): number[] {
  return direction.map((value, i) => {
    const f = i % filters;
    return (
      (value * length(filterOf(weights, filters, f))) / (length(filterOf(direction, filters, f)) + 1e-10)
    );
  });
}

describe('Filter normalisation of a direction in weight space', () => {
  onEngine('wasm');

  for (const [what, shape] of [
    ['a convolution', [3, 3, 4, 5]],
    ['a dense layer', [7, 6]],
  ] as const) {
    it(`gives every filter of ${what} the norm of its weights and keeps its direction`, () => {
      const count = shape.reduce((product, size) => product * size, 1);
      const filters = at(shape, shape.length - 1);
      const direction = randomVector(`direction ${what}`, count);
      const weights = randomVector(`weights ${what}`, count, 0.1);
      const found = valuesOf(filterNormalised(tensor(direction, [...shape]), tensor(weights, [...shape])));
      assertClose(found, normalised64(direction, weights, filters), { absolute: 1e-7, relative: 1e-5 });
      for (const f of range(filters)) {
        const [norm, expected] = [found, weights].map(values => length(filterOf(values, filters, f)));
        assertClose([norm ?? Number.NaN], [expected ?? Number.NaN], { relative: 1e-5 });
      }
    });
  }

  it('leaves a filter of zeros alone, and gives a direction of zeros no NaN', () => {
    const weights = [1, 0, 2, 0, 3, 0];
    const direction = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
    const alone = valuesOf(filterNormalised(tensor(direction, [3, 2]), tensor(weights, [3, 2])));
    assert.deepEqual(filterOf(alone, 2, 1), [0, 0, 0]);
    assertClose([length(filterOf(alone, 2, 0))], [Math.sqrt(14)], { relative: 1e-5 });
    const nowhere = valuesOf(filterNormalised(tensor([0, 0, 0, 0, 0, 0], [3, 2]), tensor(weights, [3, 2])));
    assert.deepEqual(nowhere, [0, 0, 0, 0, 0, 0]);
  });

  it('gives biases and batch-norm parameters a direction of zeros', () => {
    const found = valuesOf(filterNormalised(tensor1d([1, -2, 3]), tensor1d([4, 5, 6])));
    assert.deepEqual(found, [0, 0, 0]);
  });
});
