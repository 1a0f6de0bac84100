import assert from 'node:assert/strict';
import { estimate } from '../../../../extension/host/config/cost/estimate';
import { hintsIn } from '../../../../extension/host/config/language/hints';
import { lensesOf } from '../../../../extension/host/config/language/lenses';
import { configWith } from './texts';

/** Each hint with the text before it on its line. */
function hintsOf(text: string): string[] {
  return hintsIn(text, config => estimate(config)).map(
    ({ offset, label }) => `${text.slice(0, offset).split(/[\n ]/).at(-1)} ${label}`,
  );
}

describe('Hints in the lines of a config', () => {
  it('show the number of a fraction and the outcome of a rule', () => {
    const text = configWith('"attack": { "stepSize": null, "loss": "auto" },', '"taylor": { "sigma": null }');
    assert.deepEqual(hintsOf(text), ['"8/255" = 0.0314', 'null = 0.00784', '"auto" = "kl"', 'null = 0.0001']);
  });

  it('show what training costs beside the epochs', () => {
    assert.deepEqual(hintsOf(configWith('"epochs": 3')).at(-1), '3 429 steps of 27 units');
  });

  it('follow the settings that are right while another is wrong, and say nothing about the wrong one', () => {
    const text = configWith('"attack": { "steps": 0, "stepSize": null },', '"nonsense": 1');
    assert.deepEqual(hintsOf(text), ['"8/255" = 0.0314', 'null = 0.00784']);
    assert.deepEqual(hintsOf('{ "attack": { "stepSize": null } }'), []);
    assert.deepEqual(hintsOf('{ "threat": '), []);
  });
});

describe('Actions above a config', () => {
  const titles = (text: string) =>
    lensesOf(text, 'x.rat.json', config => estimate(config)).map(({ title }) => title);

  it('start it, estimate it, compare it and open its form', () => {
    assert.deepEqual(titles(configWith('"epochs": 3')), [
      '$(play) Start Randomized AT',
      '$(pulse) Estimate: 27 units a step',
      '$(diff) Compare with last run',
      '$(edit) Edit as form',
    ]);
  });

  it('offer a template for an empty file', () => {
    assert.deepEqual(titles('\n'), ['$(lightbulb) Start from a template', '$(edit) Edit as form']);
  });

  it('lead to the errors instead of starting', () => {
    assert.deepEqual(titles(configWith('"epochs": 0,', '"seed": -1')), [
      '$(error) 2 errors to mend',
      '$(diff) Compare with last run',
      '$(edit) Edit as form',
    ]);
  });
});
