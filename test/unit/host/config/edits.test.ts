import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { applyEdits, type ParseError, parse } from 'jsonc-parser';
import type { JsonPath, JsonValue, Mend } from '../../../../extension/contract/config';
import { difference, editOfMends, removeValue, setValue } from '../../../../extension/host/config/edits';
import { leavesOf } from '../../../../extension/host/config/fields/leaves';

const set = (text: string, path: JsonPath, value: JsonValue) => applyEdits(text, setValue(text, path, value));
const remove = (text: string, path: JsonPath) => applyEdits(text, removeValue(text, path));

describe('Writing a setting into a config', () => {
  it('replaces only the value', () => {
    const text = '{\n  "epochs":   3, // three\n  "batchSize": 50\n}\n';
    assert.deepEqual(setValue(text, ['epochs'], 10), [{ offset: 16, length: 1, content: '10' }]);
  });

  it('adds a setting to a section on one line without laying it out anew', () => {
    const text = '{\n  "attack": { "steps": 5, "start": "none" } // weak\n}\n';
    assert.equal(
      set(text, ['attack', 'stepSize'], '2/255'),
      '{\n  "attack": { "steps": 5, "stepSize": "2/255", "start": "none" } // weak\n}\n',
    );
    assert.equal(
      set(text, ['attack', 'batchNorm'], 'train'),
      '{\n  "attack": { "steps": 5, "start": "none", "batchNorm": "train" } // weak\n}\n',
    );
  });

  it('leaves the comment behind a line with its own setting', () => {
    const text =
      '{\n  "epochs": 3, // three, for a start\n  // small, to fit\n  "batchSize": 50 // images\n}\n';
    assert.equal(
      set(text, ['seed'], 1),
      '{\n  "seed": 1,\n  "epochs": 3, // three, for a start\n  // small, to fit\n  "batchSize": 50 // images\n}\n',
    );
    assert.equal(
      set(text, ['evaluation', 'final', 'steps'], 50),
      '{\n  "epochs": 3, // three, for a start\n  // small, to fit\n  "batchSize": 50, // images\n' +
        '  "evaluation": { "final": { "steps": 50 } }\n}\n',
    );
  });

  it('puts a setting where the schema has it, between its neighbours', () => {
    const text = '{\n  "threat": { "norm": "linf" },\n\n  "taylor": { "order": 2 },\n}\n';
    assert.equal(
      set(text, ['objective', 'beta'], 3),
      '{\n  "threat": { "norm": "linf" },\n  "objective": { "beta": 3 },\n\n  "taylor": { "order": 2 },\n}\n',
    );
    assert.equal(
      set(text, ['epochs'], 3),
      '{\n  "threat": { "norm": "linf" },\n\n  "taylor": { "order": 2 },\n  "epochs": 3,\n}\n',
    );
  });

  it('keeps the indentation and line endings of the text', () => {
    assert.equal(
      set('{\r\n\t"attack": {\r\n\t\t"steps": 5\r\n\t}\r\n}', ['attack', 'start'], 'none'),
      '{\r\n\t"attack": {\r\n\t\t"steps": 5,\r\n\t\t"start": "none"\r\n\t}\r\n}',
    );
  });

  it('fills empty texts, empty sections and sections with nothing but a comment', () => {
    assert.equal(set('', ['threat', 'norm'], 'l2'), '{\n  "threat": { "norm": "l2" }\n}\n');
    assert.equal(set('{}', ['epochs'], 3), '{\n  "epochs": 3\n}');
    assert.equal(set('{ "attack": {} }', ['attack', 'steps'], 3), '{ "attack": { "steps": 3 } }');
    assert.equal(
      set('{\n  "attack": {\n    // later\n  }\n}', ['attack', 'steps'], 3),
      '{\n  "attack": {\n    // later\n    "steps": 3\n  }\n}',
    );
  });

  it('replaces what stands where a section should', () => {
    assert.equal(set('{ "attack": 5 }', ['attack', 'steps'], 3), '{ "attack": { "steps": 3 } }');
  });
});

describe('Taking a setting out of a config', () => {
  it('takes its line and comma, and leaves every comment', () => {
    const text = '{\n  "name": "x", // mine\n  // short\n  "epochs": 3,\n  "batchSize": 50\n}\n';
    assert.equal(remove(text, ['epochs']), '{\n  "name": "x", // mine\n  // short\n  "batchSize": 50\n}\n');
    assert.equal(remove(text, ['batchSize']), '{\n  "name": "x", // mine\n  // short\n  "epochs": 3\n}\n');
  });

  it('leaves the neighbours on its line alone', () => {
    const text = '{ "attack": { "steps": 5, "stepSize": 0.03, "start": "none" } }';
    assert.equal(remove(text, ['attack', 'steps']), '{ "attack": { "stepSize": 0.03, "start": "none" } }');
    assert.equal(remove(text, ['attack', 'stepSize']), '{ "attack": { "steps": 5, "start": "none" } }');
    assert.equal(remove(text, ['attack', 'start']), '{ "attack": { "steps": 5, "stepSize": 0.03 } }');
  });

  it('takes an emptied section along, but neither a required one nor one with a comment', () => {
    assert.equal(
      remove('{\n  "epochs": 3,\n  "evaluation": { "final": { "steps": 5 } }\n}', [
        'evaluation',
        'final',
        'steps',
      ]),
      '{\n  "epochs": 3\n}',
    );
    assert.equal(remove('{ "model": { "name": "x" } }', ['model', 'name']), '{ "model": { } }');
    assert.equal(
      remove('{\n  "ema": {\n    // off\n    "decay": 0\n  }\n}', ['ema', 'decay']),
      '{\n  "ema": {\n    // off\n  }\n}',
    );
  });

  it('does nothing where the setting is not written', () => {
    assert.deepEqual(removeValue('{ "epochs": 3 }', ['batchSize']), []);
  });
});

describe('Mending several problems at once', () => {
  it('is one replacement, and keeps comments', () => {
    const text = '{\n  "epochs": "3", // short\n  "bachSize": 50,\n  "seed": 1\n}\n';
    const mends: Mend[] = [
      { action: 'set', title: 'write 3', path: ['epochs'], replacement: 3 },
      { action: 'rename', title: 'rename it', path: ['bachSize'], name: 'batchSize' },
    ];
    const edit = editOfMends(text, mends);
    assert.ok(edit);
    assert.equal(
      applyEdits(text, [edit]),
      '{\n  "epochs": 3, // short\n  "batchSize": 50,\n  "seed": 1\n}\n',
    );
    assert.ok(edit.offset > 0 && edit.offset + edit.length < text.length);
  });

  it('is nothing where nothing changes', () => assert.equal(difference('same', 'same'), undefined));

  it('finds the changed stretch even where the same letters repeat', () => {
    const edit = difference('aaa', 'aaaa');
    assert.deepEqual(edit, { offset: 3, length: 0, content: 'a' });
  });
});

describe('Writing and taking out every setting of every example', () => {
  const folder = path.join(process.cwd(), 'examples');
  const commentsIn = (text: string) => [...text.matchAll(/\/\/.*/g)].map(([comment]) => comment);

  /** The parsed text; a text that cannot be parsed fails the test. */
  function parsed(text: string): unknown {
    const errors: ParseError[] = [];
    const value: unknown = parse(text, errors);
    assert.deepEqual(errors, [], text);
    return value;
  }

  for (const file of readdirSync(folder).filter(name => name.endsWith('.rat.json'))) {
    const text = readFileSync(path.join(folder, file), 'utf8');

    it(`${file}: changes nothing else, and no comment`, () => {
      for (const leaf of leavesOf()) {
        const written = set(text, leaf.path, 'value');
        assert.deepEqual(commentsIn(written), commentsIn(text));
        assert.deepEqual(parsed(written), withValue(parsed(text), leaf.path, 'value'));
        const cleared = remove(written, leaf.path);
        assert.deepEqual(commentsIn(cleared), commentsIn(text));
        assert.deepEqual(
          withoutEmpty(parsed(cleared)),
          withoutEmpty(withValue(parsed(text), leaf.path, undefined)),
        );
        assert.deepEqual(commentsIn(remove(text, leaf.path)), commentsIn(text));
      }
    });
  }

  function withValue(config: unknown, names: readonly string[], value: unknown): object {
    const [name = '', ...rest] = names;
    const section = typeof config === 'object' && config !== null ? config : {};
    const inner = Object.getOwnPropertyDescriptor(section, name)?.value;
    return { ...section, [name]: rest.length === 0 ? value : withValue(inner, rest, value) };
  }

  /** Without undefined values and empty sections: what is left out either way means the same. */
  function withoutEmpty(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const parts = Object.entries(value).map(([name, item]) => [name, withoutEmpty(item)] as const);
    const kept = parts.filter(([, item]) => item !== undefined && JSON.stringify(item) !== '{}');
    return Object.fromEntries(kept);
  }
});
