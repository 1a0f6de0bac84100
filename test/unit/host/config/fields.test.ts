import assert from 'node:assert/strict';
import { documentationOf } from '../../../../extension/host/config/fields/documentation';
import { leavesOf } from '../../../../extension/host/config/fields/leaves';
import { resolveLeniently } from '../../../../extension/host/config/fields/resolved';
import { configWith } from './texts';

describe('What the schema says about each setting', () => {
  const leaves = leavesOf().filter(({ path }) => path[0] !== '$schema');

  for (const { path, schema } of leaves) {
    it(`${path.join('.')} has a meaning, a source, and a default unless it is required`, () => {
      const { meaning, source, allowed, ...rest } = documentationOf(schema);
      assert.ok(meaning.length > 5 && source && allowed);
      assert.doesNotMatch(meaning, /Default:|Source:|Required\./);
      assert.equal(rest.default !== undefined, 'default' in schema);
    });
  }

  it('is taken apart into meaning, unit, default and source', () => {
    const epsilon = leaves.find(({ path }) => path.join('.') === 'threat.epsilon');
    assert.deepEqual(documentationOf(epsilon?.schema ?? {}), {
      meaning: 'Radius of the ball of allowed perturbations.',
      unit: 'pixel values in [0, 1]; "8/255" and 0.031 are different radii',
      source: 'the official RAT code uses 8/255 for CIFAR; TRADES uses 0.3 for MNIST',
      allowed: 'a number greater than 0 or a fraction such as "8/255"',
    });
  });
});

describe('A config while it is being edited', () => {
  it('is what its right settings make of it', () => {
    const config = resolveLeniently(
      configWith('"attack": { "steps": 0, "start": "none" },', '"nonsense": 1,'),
    );
    assert.equal(config?.attack.steps, 10);
    assert.equal(config?.attack.start, 'none');
  });

  it('is nothing as long as a required setting is missing or wrong', () => {
    assert.equal(resolveLeniently(configWith().replace('"linf"', '"l3"')), undefined);
    assert.equal(resolveLeniently('{ "epochs": 3 }'), undefined);
    assert.equal(resolveLeniently(''), undefined);
  });
});
