import assert from 'node:assert/strict';
import { hoverAt } from '../../../../extension/host/config/language/hover';
import { atCursor, configWith } from './texts';

const at = (marked: string) => hoverAt(...atCursor(marked));

describe('Hovering a setting', () => {
  it('tells its meaning, unit, default, allowed values and source', () => {
    const { markdown = '' } = at(configWith('"attack": { "st|eps": 5 }')) ?? {};
    assert.match(markdown, /^\*\*attack\.steps\*\* — integer/);
    assert.match(markdown, /Ascent steps of projected gradient descent\./);
    for (const fact of [
      'Unit: steps',
      'Default: 10',
      'Allowed: an integer from 1 to 1000',
      'Source: the official RAT code',
    ]) {
      assert.ok(markdown.includes(`- ${fact}`), fact);
    }
  });

  it('tells what a fraction and a rule come to', () => {
    assert.match(
      at(configWith().replace('"8/255"', '"8/2|55"'))?.markdown ?? '',
      /In this config: `0\.0314`/,
    );
    assert.match(
      at(configWith('"attack": { "stepSize": nu|ll }'))?.markdown ?? '',
      /In this config: `0\.00784`/,
    );
    assert.match(at(configWith('"attack": { "loss": "au|to" }'))?.markdown ?? '', /In this config: `"kl"`/);
  });

  it('does not pretend that a wrong value comes to the default', () => {
    const { markdown = '' } = at(configWith('"attack": { "steps": |0 }')) ?? {};
    assert.match(markdown, /Default: 10/);
    assert.doesNotMatch(markdown, /In this config/);
  });

  it('lists the named values with their meanings, the written one in bold', () => {
    const { markdown = '' } = at(configWith('"objective": { "name": "ma|rt" }')) ?? {};
    assert.match(markdown, /- \*\*`"mart"`\*\*: Boosted cross-entropy/);
    assert.match(markdown, /- `"trades"`: /);
  });

  it('marks the name or the value that is pointed at', () => {
    const [text, offset] = atCursor('{ "epochs": 1|0 }');
    const hover = hoverAt(text, offset);
    assert.equal(text.slice(hover?.offset, (hover?.offset ?? 0) + (hover?.length ?? 0)), '10');
  });

  it('explains a section at its name, and nothing outside settings', () => {
    assert.match(at('{ "aw|p": { "gamma": 0.005 } }')?.markdown ?? '', /Adversarial weight perturbation/);
    assert.equal(at('{ "awp": { |  "gamma": 0.005 } }'), undefined);
    assert.equal(at('{ "nonse|nse": 3 }'), undefined);
    assert.equal(at('|'), undefined);
  });
});
