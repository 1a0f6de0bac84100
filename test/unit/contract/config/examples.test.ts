import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formatProblem } from '../../../../extension/contract/config';
import { configOf, problemsIn } from './texts';

const folder = join(process.cwd(), 'examples');
const examples = readdirSync(folder).filter(file => file.endsWith('.rat.json'));

describe('The examples', () => {
  it('are there', () => {
    for (const name of ['mnist-quickstart', 'mnist-trades', 'mnist-rat-antithetic']) {
      assert.ok(examples.includes(`${name}.rat.json`), name);
    }
  });

  for (const file of examples) {
    it(`${file} is valid without a warning, and its run is named after it`, () => {
      const text = readFileSync(join(folder, file), 'utf8');
      assert.deepEqual(problemsIn(text).map(formatProblem), []);
      assert.equal(configOf(text).name, basename(file, '.rat.json'));
    });
  }
});
