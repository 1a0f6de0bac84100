import assert from 'node:assert/strict';
import { formatProblem, parseConfig } from '../../../../extension/contract/config';
import { configOf, onlyProblem, problemsIn, shortest, textOf } from './texts';

const head = '{\n  "dataset": { "name": "mnist" },\n  "model": { "name": "small-cnn" },\n';
const threat = '  "threat": { "norm": "linf", "epsilon": 0.3 }';

/** [what is wrong, text, path, line, column, length, message]. */
const badTexts: readonly (readonly [string, string, string, number, number, number, RegExp])[] = [
  [
    'a misspelt key',
    `${head}${threat},\n  "atack": {}\n}`,
    'atack',
    5,
    3,
    7,
    /unknown property "atack"; did you mean "attack"\?/,
  ],
  [
    'a misspelt key in a section',
    `${head}${threat},\n  "attack": { "stepsize": 0.1 }\n}`,
    'attack.stepsize',
    5,
    15,
    10,
    /did you mean "stepSize"\?/,
  ],
  [
    'a misspelt required key, without calling the meant one missing',
    `{\n  "datset": { "name": "mnist" },\n  "model": { "name": "small-cnn" },\n${threat}\n}`,
    'datset',
    2,
    3,
    8,
    /did you mean "dataset"\?/,
  ],
  [
    'a key of another section',
    `${head}${threat},\n  "learningRate": 0.1\n}`,
    'learningRate',
    5,
    3,
    14,
    /did you mean optimizer\.learningRate\?/,
  ],
  [
    'a key that resembles nothing',
    `${head}${threat},\n  "awp": { "zebra": 1 }\n}`,
    'awp.zebra',
    5,
    12,
    7,
    /unknown property "zebra"; known here: gamma, warmupEpochs\./,
  ],
  [
    'a wrong name in a choice',
    `${head}${threat},\n  "objective": { "name": "trads" }\n}`,
    'objective.name',
    5,
    26,
    7,
    /found "trads"; expected "standard", "pgd-at", "trades" or "mart"\./,
  ],
  [
    'text for a number',
    `${head}${threat},\n  "epochs": "10"\n}`,
    'epochs',
    5,
    13,
    4,
    /found "10"; expected an integer from 1\./,
  ],
  [
    'a number beyond all bounds',
    `${head}${threat},\n  "epochs": 1e999\n}`,
    'epochs',
    5,
    13,
    5,
    /found Infinity; expected an integer from 1\./,
  ],
  [
    'a broken fraction',
    `${head}  "threat": { "norm": "linf", "epsilon": "8:255" }\n}`,
    'threat.epsilon',
    4,
    42,
    7,
    /found "8:255"; expected a number greater than 0 or a fraction such as "8\/255"\./,
  ],
  [
    'a fraction with denominator 0',
    `${head}  "threat": { "norm": "linf", "epsilon": "8/0" }\n}`,
    'threat.epsilon',
    4,
    42,
    5,
    /found "8\/0"; expected/,
  ],
  [
    'a fraction of 0 where 0 is not allowed',
    `${head}  "threat": { "norm": "linf", "epsilon": "0/255" }\n}`,
    'threat.epsilon',
    4,
    42,
    7,
    /found "0\/255"; expected a number greater than 0/,
  ],
  [
    'a negative epsilon',
    `${head}  "threat": { "norm": "linf", "epsilon": -0.1 }\n}`,
    'threat.epsilon',
    4,
    42,
    4,
    /found -0\.1; expected a number greater than 0/,
  ],
  [
    'a missing section, at the object that lacks it',
    `// a comment\n{\n  "model": { "name": "small-cnn" },\n${threat}\n}`,
    'dataset',
    2,
    1,
    1,
    /found no "dataset", which is required; expected a section/,
  ],
  [
    'a missing value, at the section that lacks it',
    `${head}  "threat": { "norm": "linf" }\n}`,
    'threat.epsilon',
    4,
    13,
    1,
    /found no "epsilon", which is required; expected a number greater than 0 or a fraction/,
  ],
  [
    'a list of the wrong length',
    `{ "dataset": { "name": "mnist" }, ${threat},\n"model": { "name": "small-cnn", "channels": [8] } }`,
    'model.channels',
    2,
    45,
    3,
    /found \[8\]; expected a list of 2 values, each an integer from 1\./,
  ],
  [
    'one wrong value in a list',
    `${head}${threat},\n  "schedule": { "milestones": [100, "150"] }\n}`,
    'schedule.milestones[1]',
    5,
    37,
    5,
    /found "150"; expected an integer from 1\./,
  ],
  [
    'a number for a section',
    `${head}${threat},\n  "attack": 10\n}`,
    'attack',
    5,
    13,
    2,
    /found 10; expected a section/,
  ],
  [
    'a repeated key',
    `${head}${threat},\n  "epochs": 3,\n  "epochs": 4\n}`,
    'epochs',
    6,
    3,
    8,
    /the property "epochs" a second time/,
  ],
  ['a list for the whole config', '[]', '', 1, 1, 2, /found \[\]; expected a section/],
  [
    'a missing comma',
    `${head}${threat}\n  "epochs": 3\n}`,
    '',
    5,
    3,
    8,
    /found "\\"epochs\\"", where "," was expected/,
  ],
  ['a missing brace', `${head}${threat}`, '', 4, 47, 1, /found the end of the text, where "}" was expected/],
  [
    'text after the end',
    `${JSON.stringify(shortest)}\n}`,
    '',
    2,
    1,
    1,
    /found "}", after the end of the config/,
  ],
  ['a bare word', `${head}${threat},\n  "name": run\n}`, '', 5, 11, 3, /found "run", which is not JSON/],
  ['no text at all', '', '', 1, 1, 1, /found the end of the text, where a value was expected/],
];

describe('Problems in the text of a config', () => {
  for (const [what, text, path, line, column, length, message] of badTexts) {
    it(`points at ${what}`, () => {
      const problem = onlyProblem(text);
      assert.equal(problem.severity, 'error');
      assert.equal(problem.file, 'x.rat.json');
      assert.match(problem.message, message);
      assert.deepEqual(
        [problem.path, problem.line, problem.column, problem.length],
        [path, line, column, length],
      );
    });
  }

  it('are all reported at once, in the order of the text', () => {
    const text = textOf({ epochs: 0, attack: { steps: 'ten', start: 'norm' }, seed: -1 });
    assert.deepEqual(
      problemsIn(text).map(problem => problem.path),
      ['epochs', 'attack.steps', 'attack.start', 'seed'],
    );
  });

  it('have the same places with Windows line ends and a byte-order mark', () => {
    const windows = textOf({ epochs: 0 }).replaceAll('\n', '\r\n');
    const plain = onlyProblem(textOf({ epochs: 0 }));
    const { line, column } = onlyProblem(windows);
    assert.deepEqual([line, column], [plain.line, plain.column]);
    assert.equal(configOf(`\uFEFF${textOf({})}`).epochs, 200);
  });

  it('read as one line that a terminal or editor can follow', () => {
    const [line] = problemsIn(`${head}${threat},\n  "attack": { "stepSize": "x" }\n}`).map(formatProblem);
    assert.equal(
      line,
      'x.rat.json:5:27: error: attack.stepSize: found "x"; expected a number greater than 0, a fraction such as "8/255" or null. Mend: write null.',
    );
  });

  it('never arise from names that every JavaScript object has', () => {
    assert.equal(onlyProblem(`${head}${threat},\n  "constructor": {}\n}`).path, 'constructor');
    assert.equal(onlyProblem(`${head}${threat},\n  "__proto__": { "epochs": 3 }\n}`).path, '__proto__');
  });
});

describe('A config with comments and trailing commas', () => {
  it('is read', () => {
    const text = `// why\n${head}  /* the ball */ ${threat},\n  "epochs": 3,\n}\n`;
    const result = parseConfig(text, 'x.rat.json');
    assert.ok('config' in result);
    assert.deepEqual(result.warnings, []);
    assert.equal(result.config.epochs, 3);
  });
});
