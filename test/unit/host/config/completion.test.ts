import assert from 'node:assert/strict';
import { parseConfig } from '../../../../extension/contract/config';
import { completionsAt } from '../../../../extension/host/config/language/completion';
import { templateText } from '../../../../extension/host/config/language/templates';
import { atCursor } from './texts';

const at = (marked: string) => completionsAt(...atCursor(marked));
const labels = (marked: string) => at(marked).map(({ label }) => label);

/** The text after the first proposal called `label` is accepted, placeholders at their first value. */
function accepted(marked: string, label: string): string {
  const [text, offset] = atCursor(marked);
  const item = completionsAt(text, offset).find(candidate => candidate.label === label) ?? assert.fail(label);
  const plain = item.snippet
    .replace(/\$\{\d+\|([^,|]*)[^}]*\}/g, '$1')
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1')
    .replace(/\$\d+/g, '')
    .replace(/\\(.)/g, '$1');
  return text.slice(0, item.offset) + plain + text.slice(item.offset + item.length);
}

describe('Completion of property names', () => {
  it('offers the settings of the section at the cursor, required ones first, without those already written', () => {
    assert.deepEqual(labels('{ "threat": { "|" } }'), ['norm', 'epsilon']);
    assert.deepEqual(labels('{ "threat": { "norm": "linf", "|" } }'), ['epsilon']);
    const root = labels('{ "seed": 1, "dataset": {}, | }');
    assert.deepEqual(root.slice(0, 2), ['model', 'threat']);
    assert.ok(!root.includes('seed') && !root.includes('dataset') && root.includes('epochs'));
  });

  it('says what a setting means and what it takes', () => {
    const steps = at('{ "attack": { "ste|" } }').find(({ label }) => label === 'steps');
    assert.equal(steps?.detail, 'integer');
    assert.match(
      steps?.documentation ?? '',
      /Ascent steps of projected gradient descent\.[\s\S]*Default: 10/,
    );
    const epsilon = at('{ "threat": { "|" } }').find(({ label }) => label === 'epsilon');
    assert.equal(epsilon?.detail, 'required, number | text');
  });

  it('inserts the default, in place of what was typed', () => {
    assert.equal(accepted('{ "attack": { "ste|" } }', 'steps'), '{ "attack": { "steps": 10 } }');
    assert.equal(accepted('{ "attack": { ste| } }', 'steps'), '{ "attack": { "steps": 10 } }');
    assert.equal(accepted('{ "attack": { | } }', 'start'), '{ "attack": { "start": "gaussian" } }');
    assert.equal(accepted('{ | }', 'threat'), '{ "threat": { "norm": "linf", "epsilon": "8/255" } }');
    assert.equal(accepted('{ "model": { "| } }', 'channels'), '{ "model": { "channels": [32, 64] } }');
  });

  it('writes the comma that the next setting needs, and no second one', () => {
    assert.equal(accepted('{ | "epochs": 3 }', 'seed'), '{ "seed": 0, "epochs": 3 }');
    assert.equal(accepted('{ "se|", "epochs": 3 }', 'seed'), '{ "seed": 0, "epochs": 3 }');
  });

  it('renames a setting without touching its value', () => {
    assert.equal(accepted('{ "epoc|": 3 }', 'epochs'), '{ "epochs": 3 }');
  });

  it('works in broken text', () => {
    assert.equal(
      accepted('{\n  "attack": {\n    "st|\n  "epochs": 3\n}', 'steps'),
      '{\n  "attack": {\n    "steps": 10,\n  "epochs": 3\n}',
    );
    assert.ok(labels('{ "attack": { "steps": 3, |').includes('stepSize'));
    assert.deepEqual(labels('{ "nonsense": { | } }'), []);
  });
});

describe('Completion of values', () => {
  it('offers the names of an enumeration with their meaning', () => {
    const items = at('{ "objective": { "name": | } }');
    assert.deepEqual(
      items.map(({ label }) => label),
      ['"standard"', '"pgd-at"', '"trades"', '"mart"'],
    );
    assert.match(items[1]?.detail ?? '', /Madry et al\. 2018/);
    assert.match(items[2]?.detail ?? '', /^default, /);
  });

  it('offers usual fractions with what they come to', () => {
    const items = at('{ "threat": { "epsilon": | } }');
    assert.deepEqual(
      items.map(({ label }) => label),
      ['"8/255"', '"4/255"', '"2/255"', '"1/255"', '0.3'],
    );
    assert.equal(items[0]?.detail, '= 0.0314');
  });

  it('offers null with the rule behind it', () => {
    const items = at('{ "attack": { "stepSize": | } }');
    assert.match(items.find(({ label }) => label === 'null')?.detail ?? '', /epsilon \/ 4 for linf/);
  });

  it('offers true and false, and the default of a number', () => {
    assert.deepEqual(labels('{ "augmentation": { "flip": | } }'), ['false', 'true']);
    assert.deepEqual(labels('{ "epochs": | }'), ['200']);
  });

  it('replaces the value at the cursor, quotes and all', () => {
    assert.equal(accepted('{ "threat": { "norm": "li|nf" } }', '"l2"'), '{ "threat": { "norm": "l2" } }');
    assert.equal(accepted('{ "epochs": 1|0 }', '200'), '{ "epochs": 200 }');
    assert.equal(accepted('{ "threat": { "norm": "|', '"l2"'), '{ "threat": { "norm": "l2"');
  });

  it('keeps out of comments', () => assert.deepEqual(labels('{\n  // see |\n  "epochs": 3\n}'), []));
});

describe('An empty config file', () => {
  it('is offered whole experiments, also where there is only a comment', () => {
    assert.deepEqual(labels('|'), ['Randomized AT experiment', 'Randomized AT: required settings only']);
    assert.equal(labels('// my experiment\n|').length, 2);
  });

  it('gets a config without a problem from each of them', () => {
    for (const label of labels('|')) {
      const result = parseConfig(accepted('|', label).replaceAll(/: "?(mnist|small-cnn)"?/g, ': "$1"'), 'x');
      assert.deepEqual('problems' in result ? result.problems : result.warnings, [], label);
    }
    const template = parseConfig(templateText('digits'), 'x');
    assert.ok('config' in template && template.warnings.length === 0 && template.config.name === 'digits');
  });
});
