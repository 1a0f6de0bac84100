import assert from 'node:assert/strict';
import { mul } from '@tensorflow/tfjs-core';
import { gaussianVector, randomDirection, signVector } from '../../../extension/trainer/landscape/directions';
import { smallCnn } from '../../../extension/trainer/models/smallCnn';
import { mapTensors, tensorOf } from '../../../extension/trainer/models/tensorMap';
import { derive, rootKey } from '../../../extension/trainer/random/key';
import { onEngine, valuesOf } from '../support/engine';
import { assertClose, at, length } from '../support/float64';

const model = smallCnn([16, 16, 1], 3, { channels: [2, 3], hidden: 4 });
const key = rootKey(3);

describe('Random directions in weight space', () => {
  onEngine('cpu');

  const weights = () => gaussianVector(model, derive(key, 'weights'));
  const values = (direction: ReturnType<typeof weights>, name: string) => valuesOf(tensorOf(direction, name));

  it('of one seed are the same for every network of these shapes, and others for another seed', () => {
    const draw = (seed: number, network: number) => {
      const own = gaussianVector(model, derive(key, 'network', network));
      return randomDirection(model, own, 'absolute', 1, rootKey(seed));
    };
    for (const { name } of model.parameters) {
      assert.deepEqual(values(draw(1, 0), name), values(draw(1, 1), name));
      assert.notDeepEqual(values(draw(1, 0), name), values(draw(2, 0), name));
    }
  });

  it('absolute: one Gaussian for all weights; adaptive: times the size of each weight; biases included', () => {
    const w = weights();
    const [absolute, adaptive] = (['absolute', 'adaptive'] as const).map(scale =>
      randomDirection(model, w, scale, 0.5, key),
    );
    assert.ok(absolute && adaptive);
    for (const { name } of model.parameters) {
      const z = values(gaussianVector(model, key), name);
      assertClose(
        values(absolute, name),
        z.map(draw => 0.5 * draw),
        { relative: 1e-6 },
        name,
      );
      const sizes = values(w, name).map(Math.abs);
      assertClose(
        values(adaptive, name),
        z.map((draw, i) => 0.5 * draw * at(sizes, i)),
        { relative: 1e-5 },
        name,
      );
    }
  });

  it('filter: rho times the norm of each filter, nothing for biases', () => {
    const w = weights();
    const direction = randomDirection(model, w, 'filter', 0.5, key);
    for (const { name, shape } of model.parameters) {
      if (shape.length === 1) {
        assert.ok(!direction.has(name), name);
        continue;
      }
      const filters = at(shape, 0);
      const norm = (all: readonly number[], f: number) => length(all.filter((_, i) => i % filters === f));
      for (let f = 0; f < filters; f++) {
        const expected = 0.5 * norm(values(w, name), f);
        assertClose([norm(values(direction, name), f)], [expected], { relative: 1e-5 }, name);
      }
    }
  });

  it('scale with the weights, filter by filter', () => {
    const small = randomDirection(model, weights(), 'filter', 1, key);
    const large = randomDirection(
      model,
      mapTensors(weights(), tensor => mul(tensor, 4)),
      'filter',
      1,
      key,
    );
    for (const name of small.keys()) {
      assertClose(
        values(large, name),
        values(small, name).map(value => 4 * value),
        { relative: 1e-5 },
        name,
      );
    }
  });

  it('of random signs are -1 or 1, both about equally often', () => {
    const signs = [...signVector(model, key).values()].flatMap(valuesOf);
    assert.ok(signs.every(sign => Math.abs(sign) === 1));
    const share = signs.filter(sign => sign > 0).length / signs.length;
    assert.ok(Math.abs(share - 0.5) < 0.1, `${share}`);
  });
});
