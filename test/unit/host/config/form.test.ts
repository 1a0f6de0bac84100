import assert from 'node:assert/strict';
import { applyEdits } from 'jsonc-parser';
import { estimate } from '../../../../extension/host/config/cost/estimate';
import { leavesOf } from '../../../../extension/host/config/fields/leaves';
import type { FormCall } from '../../../../extension/host/config/form/calls';
import { readFormCall } from '../../../../extension/host/config/form/calls';
import { formSections } from '../../../../extension/host/config/form/model';
import { editsOfCall, templateEdits } from '../../../../extension/host/config/form/requests';
import { formState } from '../../../../extension/host/config/form/state';
import { configWith } from './texts';

const sections = formSections();
const fields = sections.flatMap(section => section.fields);
const fieldAt = (path: string) => fields.find(field => field.path === path) ?? assert.fail(path);
const stateOf = (text: string) => formState(text, 'x.rat.json', sections, 0, config => estimate(config));

type EditCall = Extract<FormCall, { method: 'set' | 'setNull' | 'reset' | 'mend' }>;
const edited = (text: string, call: EditCall) =>
  applyEdits(text, editsOfCall(text, 'x.rat.json', sections, call));
const set = (text: string, path: string, entered: string) =>
  edited(text, { method: 'set', argument: { edit: 1, path, text: entered } });

describe('The form of a config', () => {
  it('has a field for every setting of the schema, in its order', () => {
    const settings = leavesOf().map(({ path }) => path.join('.'));
    assert.deepEqual(
      fields.map(({ path }) => path).toSorted(),
      settings.filter(path => path !== '$schema').toSorted(),
    );
    assert.deepEqual(
      sections.slice(0, 4).map(({ title }) => title),
      ['Run', 'Dataset', 'Model', 'Threat'],
    );
    assert.ok(sections.some(({ title }) => title === 'Evaluation: Final'));
  });

  it('picks the control by the kind of value', () => {
    const controls = [
      'objective.name',
      'augmentation.flip',
      'epochs',
      'threat.epsilon',
      'model.channels',
      'name',
    ];
    assert.deepEqual(
      controls.map(path => fieldAt(path).control),
      ['choice', 'flag', 'number', 'fraction', 'list', 'text'],
    );
  });

  it('names what null stands for', () => {
    const paths = [
      'attack.stepSize',
      'dataset.trainExamples',
      'evaluation.examples',
      'compute.webgpuAdapter',
      'epochs',
    ];
    assert.deepEqual(
      paths.map(path => fieldAt(path).nullLabel),
      ['automatic', 'all of them', 'all of them', 'the system decides', undefined],
    );
    assert.equal(fieldAt('attack.stepSize').allowed, 'a number greater than 0 or a fraction such as "8/255"');
  });
});

describe('What the form shows of a config', () => {
  it('tells what is written, modified and resolved', () => {
    const state = stateOf(configWith('"epochs": 200,', '"batchSize": 50'));
    assert.deepEqual(state.fields['batchSize'], { text: '50', isNull: false, modified: true });
    assert.deepEqual(state.fields['epochs'], { text: '200', isNull: false, modified: false });
    assert.deepEqual(state.fields['seed'], { text: '', isNull: false, modified: false });
    assert.equal(state.fields['threat.epsilon']?.resolved, '0.0314');
    assert.deepEqual(state.fields['attack.stepSize'], {
      text: '',
      isNull: true,
      modified: false,
      resolved: '0.00784',
    });
    assert.match(state.summary, /^27 forward-pass units a step/);
  });

  it('tells which settings have no effect beside the others, and why', () => {
    const { fields: shown } = stateOf(configWith('"objective": { "name": "pgd-at" }'));
    assert.equal(shown['objective.beta']?.inactive, 'only trades and mart have a KL term');
    assert.equal(shown['model.width']?.inactive, 'a setting of preact-resnet models');
    assert.ok(shown['dataset.path']?.inactive);
    assert.equal(shown['model.channels']?.inactive, undefined);
    assert.equal(shown['attack.steps']?.inactive, undefined);
  });

  it('shows each problem at its field, at its section, or above all', () => {
    const { problems } = stateOf(
      configWith(
        '"attack": { "steps": 0, "stpes": 1 },',
        '"schedule": { "milestones": [1, 0] },',
        '"nonsense": 1',
      ),
    );
    assert.deepEqual(
      problems.map(({ at, mend }) => [at, mend]),
      [
        ['attack.steps', 'write 10'],
        ['attack', undefined],
        ['schedule.milestones', undefined],
        ['', undefined],
      ],
    );
    assert.match(problems[1]?.message ?? '', /^Line 5, attack\.stpes: found the unknown property/);
  });

  it('shows a wrong value as it is written', () => {
    const state = stateOf(configWith('"epochs": "many",', '"model": { "channels": { } }'));
    assert.equal(state.fields['epochs']?.text, 'many');
    assert.equal(state.fields['epochs']?.resolved, undefined);
    assert.equal(state.summary, '');
  });

  it('tells an empty text and one that cannot be read', () => {
    assert.deepEqual([stateOf('').isEmpty, stateOf('').readable], [true, false]);
    const broken = stateOf('{ "epochs": }');
    assert.deepEqual([broken.isEmpty, broken.readable], [false, false]);
    assert.equal(broken.problems[0]?.at, '');
  });
});

describe('Editing a config by its form', () => {
  it('writes numbers, fractions, names, lists and switches as JSON, comments kept', () => {
    const text = configWith('// as published', '"epochs": 200 // long');
    assert.equal(set(text, 'epochs', '10'), text.replace('200', '10'));
    assert.equal(set(text, 'threat.epsilon', ' 4/255 '), text.replace('8/255', '4/255'));
    assert.equal(set(text, 'threat.epsilon', '0.03'), text.replace('"8/255"', '0.03'));
    assert.match(set(text, 'model.channels', '8, 16'), /"channels": \[8, 16\]/);
    assert.match(
      set(text, 'augmentation.cropPadding', '4'),
      /\/\/ long\n|"augmentation": \{ "cropPadding": 4 \}/,
    );
    assert.match(set(text, 'augmentation.flip', 'true'), /"flip": true/);
    assert.match(set(text, 'taylor.order', '1'), /"taylor": \{ "order": 1 \}/);
    assert.match(set(text, 'optimizer.weightDecay', '5e-4'), /"weightDecay": 0\.0005/);
  });

  it('writes a wrong entry as text, which the check of the config refuses at that field', () => {
    const text = set(configWith('"epochs": 200'), 'epochs', 'ten');
    assert.match(text, /"epochs": "ten"/);
    assert.deepEqual(
      stateOf(text).problems.map(({ at, severity }) => [at, severity]),
      [['epochs', 'error']],
    );
  });

  it('returns an emptied or reset field to its default, and flags an emptied required one', () => {
    const text = configWith('"epochs": 3');
    const reset = edited(text, { method: 'reset', argument: { edit: 1, path: 'epochs' } });
    assert.doesNotMatch(reset, /epochs/);
    assert.equal(set(text, 'epochs', ' '), reset);
    assert.deepEqual(
      stateOf(set(text, 'model.name', '')).problems.map(({ at }) => at),
      ['model.name'],
    );
  });

  it('writes null only where that is not the default', () => {
    const setNull = (path: string) =>
      edited(configWith(), { method: 'setNull', argument: { edit: 1, path } });
    assert.equal(setNull('attack.stepSize'), configWith());
    assert.match(setNull('evaluation.examples'), /"evaluation": \{ "examples": null \}/);
  });

  it('carries out the mend of a problem', () => {
    const text = configWith('"attack": { "steps": 0 }');
    const mended = edited(text, {
      method: 'mend',
      argument: { edit: 1, path: 'attack.steps', mend: 'write 10' },
    });
    assert.equal(mended, configWith('"attack": { "steps": 10 }'));
  });

  it('refuses paths that are no settings', () => {
    for (const path of ['', 'nonsense', '__proto__', 'constructor', 'attack'])
      assert.equal(set('{}', path, '1'), '{}');
  });

  it('fills an empty document with the template, and no other', () => {
    assert.equal(templateEdits(' \n').length, 1);
    assert.deepEqual(templateEdits('{}'), []);
  });
});

describe('Messages of the form', () => {
  it('are read where they are calls of the form', () => {
    for (const message of [
      { method: 'ready' },
      { method: 'set', argument: { edit: 1, path: 'epochs', text: '3' } },
      { method: 'mend', argument: { edit: 2, path: '', mend: 'write 3' } },
    ]) {
      assert.deepEqual(readFormCall(message), message);
    }
  });

  it('are dropped where they are anything else', () => {
    for (const message of [
      null,
      'ready',
      {},
      { method: 'toString' },
      { method: 'ready', argument: {} },
      { method: 'set', argument: { edit: '1', path: 'epochs', text: '3' } },
      { method: 'set', argument: { edit: 1, path: 'epochs' } },
      { method: 'set' },
    ]) {
      assert.equal(readFormCall(message), undefined, JSON.stringify(message));
    }
  });
});
