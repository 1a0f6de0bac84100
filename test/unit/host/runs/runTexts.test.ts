import assert from 'node:assert/strict';
import type { RunRecord } from '../../../../extension/contract/runFolder';
import { endNotice } from '../../../../extension/host/runs/endNotice';
import { describeLiveRun } from '../../../../extension/host/runs/runStatus';
import { briefly, placeIn } from '../../../../extension/host/runs/startProblem';
import { patienceFor } from '../../../../extension/host/runs/stopTrainer';

const record: RunRecord = {
  version: 1,
  id: 'run',
  name: 'mnist',
  status: 'running',
  engine: 'wasm',
  device: 'a processor',
  createdAt: '2023-06-18T14:30:05.000Z',
  updatedAt: '2023-06-18T14:30:05.000Z',
  step: 240,
  epoch: 2.4,
  totalSteps: 1000,
  seconds: 480,
  best: { step: 200, epoch: 2, cleanAccuracy: 0.9876, robustAccuracy: 0.4521 },
};

const step = {
  type: 'step',
  loss: { total: 1, zeroth: 1, natural: 1 },
  learningRate: 0.1,
  imagesPerSecond: 1,
  time: '',
} as const;

describe('the status bar', () => {
  const textOf = (changes: Partial<RunRecord>, rest: object = {}) =>
    describeLiveRun({ folder: '/run', record: { ...record, ...changes }, paused: false, ...rest }).text;

  it('shows phase, epoch, robust accuracy and the time left', () => {
    assert.equal(textOf({}), '$(pulse) training · epoch 2.4/10 · robust 45.2 % · 25 min left');
    const lastEvent = { ...step, step: 250, epoch: 2.5 };
    assert.equal(textOf({}, { lastEvent }), '$(pulse) training · epoch 2.5/10 · robust 45.2 % · 25 min left');
  });

  it('says nothing that is not known yet', () => {
    const { best: _best, ...young } = record;
    const start = describeLiveRun({
      folder: '',
      record: { ...young, step: 0, epoch: 0, seconds: 0 },
      paused: false,
    });
    assert.equal(start.text, '$(pulse) starting');
    assert.match(start.tooltip, /Not evaluated yet/);
  });

  it('tells evaluations, the final test and pauses from training', () => {
    assert.match(textOf({}, { lastEvent: { ...step, step: 300, epoch: 3 } }), /evaluating · epoch 3\/10/);
    assert.match(textOf({ step: 1000, epoch: 10 }), /testing · epoch 10\/10/);
    assert.match(textOf({}, { paused: true }), /^\$\(debug-pause\) paused · epoch 2.4\/10 · robust 45.2 %$/);
  });
});

describe('the notice of a run that has ended', () => {
  it('gives the test figures of a finished one', () => {
    const test = {
      step: 1,
      epoch: 1,
      cleanAccuracy: 0.98,
      robustAccuracy: 0.44,
      attack: 'PGD-20',
      examples: 1000,
    };
    const notice = endNotice({ ...record, status: 'finished', test }, '');
    assert.match(notice.text, /robust 44\.0 %, clean 98\.0 % on 1000 test images \(PGD-20\)/);
    assert.ok(!notice.actions.includes('Resume'));
  });

  it('gives the reason of a failed one, and what a crashed process said last', () => {
    const failed = endNotice({ ...record, status: 'failed', reason: 'Training diverged.' }, '');
    assert.deepEqual(
      [failed.severity, failed.text],
      ['error', 'mnist failed at epoch 2.4: Training diverged.'],
    );
    const crashed = endNotice(
      { ...record, status: 'interrupted', reason: 'It was killed.' },
      'heap out of memory',
    );
    assert.match(crashed.text, /It was killed\. heap out of memory Resume goes on/);
    assert.equal(crashed.actions[0], 'Resume');
  });
});

describe('a start that failed', () => {
  it('leads to the place in the file', () => {
    const text =
      'randomized-at: the config has a problem; nothing was started.\nC:\\a b\\x.rat.json:4:11: error: seed: found -1';
    assert.deepEqual(placeIn(text), { file: 'C:\\a b\\x.rat.json', line: 4, column: 11 });
    assert.equal(placeIn('randomized-at: no such engine'), undefined);
    assert.match(briefly(text), /^the config has a problem; nothing was started\. C:.*found -1$/);
  });
});

describe('the patience with a run that is asked to stop', () => {
  it('grows with the time of its steps', () => {
    assert.equal(patienceFor(0.1).orderly, 30_000);
    assert.equal(patienceFor(60).orderly, 300_000);
  });
});
