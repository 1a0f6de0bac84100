import assert from 'node:assert/strict';
import type { RunStatus } from '../../../../extension/contract/runFolder';
import type { RunEntry } from '../../../../extension/host/experiments/store/runEntry';
import { duration } from '../../../../extension/host/experiments/tree/figures';
import { presentGroup } from '../../../../extension/host/experiments/tree/presentGroup';
import { presentRun } from '../../../../extension/host/experiments/tree/presentRun';
import { stateOf } from '../../../../extension/host/experiments/tree/runState';
import { tooltip } from '../../../../extension/host/experiments/tree/tooltip';
import { runEntry } from './runFolders';

const now = new Date('2023-06-18T18:00:00');
const best = { step: 200, epoch: 2, cleanAccuracy: 0.971, robustAccuracy: 0.4523 };
const id = '20230618-143005-mnist-3f9a';
const training = runEntry(
  id,
  { status: 'running', step: 250, epoch: 2.5, totalSteps: 300, best, createdAt: '2023-06-18T14:30:05' },
  { starred: true, tags: ['awp', 'seed-1'] },
);
const corrupt: RunEntry = { kind: 'corrupt', folder: '/w/.rat/runs/x', id: 'x', reason: '/w/x is *damaged*' };

describe('The row of a run', () => {
  it('tells best robust and clean accuracy, epoch of epochs, star, tags and time', () => {
    const row = presentRun(training, 'running', 'status', now);
    assert.equal(row.label, 'mnist');
    assert.equal(row.description, '★ 45.2% robust · 97.1% clean · 2.5/3 · #awp · #seed-1 · 14:30');
  });

  it('is called by its time under the heading of its name, unless a person has named it', () => {
    assert.equal(presentRun(training, 'running', 'name', now).label, '14:30');
    const lastYear = runEntry(id, { createdAt: '2022-06-18T14:30:05' });
    assert.equal(presentRun(lastYear, 'finished', 'name', now).label, '18 Jun 2022 14:30');
    const named = runEntry(id, {}, { displayName: 'with AWP' });
    assert.equal(presentRun(named, 'finished', 'name', now).label, 'with AWP');
  });

  it('says what is to come before anything was measured', () => {
    const starting = runEntry(id, { status: 'running', step: 0, epoch: 0, totalSteps: 0 });
    assert.match(presentRun(starting, 'running', 'status', now).description, /^epoch 0 ·/);
  });

  it('shows a diverged figure as a dash', () => {
    const diverged = runEntry(id, { best: { ...best, robustAccuracy: Number.NaN } });
    assert.match(presentRun(diverged, 'failed', 'status', now).description, /^– robust · 97\.1% clean/);
  });

  it('has an icon of its own for every state, spinning while it trains', () => {
    const statuses: RunStatus[] = ['running', 'finished', 'stopped', 'interrupted', 'failed'];
    const icons = statuses.map(status => presentRun(runEntry(id, { status }), status, 'name', now).icon?.id);
    icons.push(presentRun(training, 'paused', 'name', now).icon?.id);
    icons.push(presentRun(corrupt, 'corrupt', 'name', now).icon?.id);
    assert.equal(new Set(icons).size, 7);
    assert.match(icons[0] ?? '', /~spin$/);
  });

  it('offers the menus what fits its state', () => {
    const words = (status: RunStatus, isPaused = false) => {
      const entry = runEntry(id, { status });
      return presentRun(
        entry,
        stateOf(entry, () => isPaused),
        'name',
        now,
      ).contextValue;
    };
    assert.equal(words('running'), 'run running live unstarred');
    assert.equal(words('running', true), 'run paused live unstarred');
    assert.equal(words('finished', true), 'run finished ended unstarred');
    assert.equal(words('interrupted'), 'run interrupted ended resumable unstarred');
    assert.equal(presentRun(corrupt, 'corrupt', 'name', now).contextValue, 'corrupt');
    assert.match(presentRun(training, 'running', 'name', now).contextValue, / starred$/);
  });

  it('is read aloud in whole words', () => {
    assert.equal(
      presentRun(training, 'running', 'status', now).spoken,
      'mnist, running, starred, best robust accuracy 45.2%, clean 97.1%, epoch 2.5 of 3, tags awp, seed-1, started 14:30',
    );
  });
});

describe('The heading of a group', () => {
  it('counts its runs, those that train, and names the best figure', () => {
    const runs = [training, corrupt, runEntry('b', { best: { ...best, robustAccuracy: 0.2 } })];
    const row = presentGroup({ key: 'k', title: 'mnist', runs }, entry => stateOf(entry, () => false));
    assert.equal(row.description, '3 runs · 1 live · best 45.2% robust');
  });
});

describe('The tooltip of a run', () => {
  it('tells figures, engine, device and note', () => {
    const test = { ...best, robustAccuracy: 0.4, attack: 'PGD-20', examples: 1000 };
    const text = tooltip(
      runEntry(id, { best, last: best, test, engine: 'wasm', device: 'Xeon' }, { note: 'one\ntwo' }),
      'finished',
      now,
    );
    assert.match(text, /\| best \| 45\.2% \| 97\.1% \| 2 \|/);
    assert.match(text, /\| test \(PGD\\-20\) \| 40\.0% \|/);
    assert.match(text, /wasm · Xeon/);
    assert.match(text, /> one\n>\n> two/);
  });

  it('draws nothing that a file smuggles in', () => {
    const evil = '[x](command:evil) <img src=y> $(flame) | a';
    const text = tooltip(runEntry(id, { reason: evil }, { displayName: evil, note: evil }), 'failed', now);
    assert.doesNotMatch(text, /(?<!\\)\[x|(?<!\\)<img|(?<!\\)\$\(flame|(?<!\\)\| a/);
    assert.equal(tooltip(corrupt, 'corrupt', now), '**x**\n\n/w/x is \\*damaged\\*');
  });

  it('says what to do when the trainer died', () => {
    const entry: RunEntry = { ...runEntry(id, { status: 'running' }), status: 'interrupted' } as RunEntry;
    assert.match(tooltip(entry, 'interrupted', now), /Resume continues from the last checkpoint/);
  });
});

describe('A duration', () => {
  it('reads as a person says it', () => {
    assert.deepEqual([12.4, 600, 3725, 7190].map(duration), ['12 s', '10 min', '1 h 2 min', '2 h 0 min']);
  });
});
