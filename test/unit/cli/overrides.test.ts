import assert from 'node:assert/strict';
import { applyOverrides, parseOverride } from '../../../extension/trainer/cli/overrides';

const applied = (config: unknown, ...texts: string[]) => applyOverrides(config, texts.map(parseOverride));

describe('--set', () => {
  it('reads values as JSON where they are JSON and as text otherwise', () => {
    const values = [
      'x=1',
      'x=1e-3',
      'x=true',
      'x=null',
      'x=[30,60]',
      'x={"a":1}',
      'x="1"',
      'x=pgd',
      'x=8/255',
      'x=',
    ];
    assert.deepEqual(
      values.map(text => parseOverride(text).value),
      [1, 0.001, true, null, [30, 60], { a: 1 }, '1', 'pgd', '8/255', ''],
    );
  });

  it('keeps further equals signs in the value', () => {
    assert.deepEqual(parseOverride('dataset.folder=a=b'), { path: ['dataset', 'folder'], value: 'a=b' });
  });

  it('refuses a text without a path or without =, and shows the form', () => {
    for (const text of ['taylor.order', '=1', 'taylor.=1', '.order=1', 'a..b=1', '']) {
      assert.throws(
        () => parseOverride(text),
        { name: 'UserError', exitCode: 2, message: /taylor\.order=1/ },
        text,
      );
    }
  });

  it('changes one field, makes missing objects, and leaves the rest and the original alone', () => {
    const config = { name: 'a', taylor: { order: 2, sigma: 0.1 } };
    assert.deepEqual(applied(config, 'taylor.order=1', 'awp.gamma=0.01', 'name=b'), {
      name: 'b',
      taylor: { order: 1, sigma: 0.1 },
      awp: { gamma: 0.01 },
    });
    assert.deepEqual(config, { name: 'a', taylor: { order: 2, sigma: 0.1 } });
  });

  it('lets the last of two settings count, and an object replace a name', () => {
    assert.deepEqual(applied({ dataset: 'mnist' }, 'dataset.name=a', 'dataset.name=b'), {
      dataset: { name: 'b' },
    });
  });

  it('cannot reach the prototype of all objects', () => {
    const changed = applied({}, '__proto__.polluted=true');
    assert.equal(Reflect.get({}, 'polluted'), undefined);
    assert.deepEqual(Object.keys(changed as object), ['__proto__']);
  });
});
