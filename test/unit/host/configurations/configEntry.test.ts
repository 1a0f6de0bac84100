import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { presentConfig, readConfigEntry } from '../../../../extension/host/configurations/configEntry';

const present = (text: string) => presentConfig(readConfigEntry(text, 'x'), 'mnist.rat.json', 'configs');

describe('The row of a config', () => {
  let text: string;
  before(async () => {
    text = await readFile(path.join('examples', 'mnist-quickstart.rat.json'), 'utf8');
  });

  it('is valid when a run could start with it', () => {
    const row = present(text);
    assert.equal(row.label, 'mnist');
    assert.equal(row.description, 'configs');
    assert.equal(row.contextValue, 'config valid');
    assert.match(row.spoken, /valid, run name mnist-quickstart/);
  });

  it('counts errors, and cannot start a run then', () => {
    const row = present(
      text.replace(/"epochs": \d+/, '"epochs": -3').replace(/"steps": \d+/, '"steps": "five"'),
    );
    assert.equal(row.description, '2 errors · configs');
    assert.equal(row.contextValue, 'config invalid');
  });

  it('counts warnings apart, which do not keep a run from starting', () => {
    const row = present(text.replace(/"stepSize": [\d.]+/, '"stepSize": 0.0001'));
    assert.match(row.description, /^1 warning/);
    assert.equal(row.contextValue, 'config valid');
  });

  it('tells each problem with its place', () => {
    const { problems } = readConfigEntry(text.replace(/"epochs": \d+/, '"epochs": -3'), 'x');
    const line = text.split('\n').findIndex(content => content.includes('"epochs"')) + 1;
    assert.equal(problems[0]?.line, line);
    assert.match(problems[0]?.message ?? '', /^epochs: /);
  });

  it('shows text that is no JSON as one error', () => {
    assert.match(present('{ "name": ').description, /^1 error/);
  });
});
