import assert from 'node:assert/strict';
import type { RunEntry } from '../../../../extension/host/experiments/store/runEntry';
import {
  describeFilter,
  isFiltering,
  noFilter,
  parseFilter,
  passes,
  type RunFilter,
} from '../../../../extension/host/experiments/tree/filter';
import { groupRuns } from '../../../../extension/host/experiments/tree/group';
import { stateOf } from '../../../../extension/host/experiments/tree/runState';
import { sortRuns } from '../../../../extension/host/experiments/tree/sort';
import { runEntry } from './runFolders';

const robust = (robustAccuracy: number) => ({ step: 1, epoch: 1, cleanAccuracy: 0.9, robustAccuracy });
const paused = '20230618-150000-mnist-0005';
const entries: readonly RunEntry[] = [
  runEntry('20230601-120000-trades-0001', {
    name: 'trades',
    best: robust(0.3),
    createdAt: '2023-06-01T12:00:00',
  }),
  runEntry(
    '20230612-120000-mnist-0002',
    { best: robust(0.5), device: 'H200', createdAt: '2023-06-14T12:00:00' },
    { starred: true, tags: ['baseline'], note: 'for the table' },
  ),
  runEntry('20230617-120000-run-10-0003', {
    name: 'run-10',
    status: 'failed',
    createdAt: '2023-06-17T12:00:00',
  }),
  runEntry('20230618-120000-run-2-0004', {
    name: 'run-2',
    best: robust(Number.NaN),
    createdAt: '2023-06-18T12:00:00',
  }),
  runEntry(paused, { status: 'running', createdAt: '2023-06-18T15:00:00' }, { tags: ['awp'] }),
  {
    kind: 'corrupt',
    folder: '/w/.rat/runs/20220101-000000-x-0006',
    id: '20220101-000000-x-0006',
    reason: 'no',
  },
];
const state = (entry: RunEntry) => stateOf(entry, folder => folder.endsWith(paused));
const short = (list: readonly RunEntry[]) => list.map(entry => Number(entry.id.slice(-1)));

describe('Sorting runs', () => {
  it('puts the newest first', () => {
    assert.deepEqual(short(sortRuns(entries, 'newest')), [5, 4, 3, 2, 1, 6]);
  });

  it('puts the best robust accuracy first, and runs without one last', () => {
    assert.deepEqual(short(sortRuns(entries, 'best robust accuracy')), [2, 1, 5, 4, 3, 6]);
  });

  it('sorts names as a person does: run-2 before run-10', () => {
    const named = entries.filter(entry => entry.id.includes('run-'));
    assert.deepEqual(short(sortRuns(named, 'name')), [4, 3]);
  });
});

describe('Filtering runs', () => {
  const through = (filter: Partial<RunFilter>) =>
    short(entries.filter(entry => passes({ ...noFilter, ...filter }, entry, state(entry))));

  it('lets everything through without a filter', () => {
    assert.equal(through({}).length, entries.length);
    assert.equal(isFiltering({ ...noFilter, text: '  ' }), false);
  });

  it('finds every word of the text in names, notes, tags and devices', () => {
    assert.deepEqual(through({ text: 'MNIST table h200' }), [2]);
    assert.deepEqual(through({ text: '#awp' }), [5]);
    assert.deepEqual(through({ text: 'mnist trades' }), []);
  });

  it('narrows by status, where paused is not running', () => {
    assert.deepEqual(through({ states: ['failed', 'paused'] }), [3, 5]);
    assert.deepEqual(through({ states: ['running'] }), []);
    assert.deepEqual(through({ states: ['corrupt'] }), [6]);
  });

  it('narrows by tag and star', () => {
    assert.deepEqual(through({ tags: ['baseline', 'awp'] }), [2, 5]);
    assert.deepEqual(through({ tags: ['baseline', 'awp'], starredOnly: true }), [2]);
  });

  it('says in words what it shows', () => {
    const filter: RunFilter = {
      text: 'awp',
      states: ['failed', 'finished'],
      tags: ['a', 'b'],
      starredOnly: true,
    };
    assert.equal(describeFilter(filter), 'starred, failed or finished, #a or #b, “awp”');
  });

  it('is read back from what was stored, without what it does not know', () => {
    const stored = { text: 'x', states: ['failed', 'melted', 'toString'], tags: ['a', 3], starredOnly: true };
    assert.deepEqual(parseFilter(stored), {
      text: 'x',
      states: ['failed'],
      tags: ['a'],
      starredOnly: true,
    });
    assert.deepEqual(parseFilter('nonsense'), noFilter);
  });
});

describe('Grouping runs', () => {
  const now = new Date('2023-06-18T18:00:00');
  const groups = (grouping: 'name' | 'status' | 'date' | 'none') =>
    groupRuns(sortRuns(entries, 'newest'), grouping, state, now).map(
      ({ title, runs }) => [title, short(runs)] as const,
    );

  it('by name: the config with the newest run first, damaged folders last', () => {
    assert.deepEqual(groups('name'), [
      ['mnist', [5, 2]],
      ['run-2', [4]],
      ['run-10', [3]],
      ['trades', [1]],
      ['Damaged folders', [6]],
    ]);
  });

  it('by status: what asks for attention first', () => {
    assert.deepEqual(groups('status'), [
      ['Paused', [5]],
      ['Failed', [3]],
      ['Finished', [4, 2, 1]],
      ['Damaged', [6]],
    ]);
  });

  it('by date: today, yesterday, the last days, then months; a damaged folder by the date in its name', () => {
    assert.deepEqual(groups('date'), [
      ['Today', [5, 4]],
      ['Yesterday', [3]],
      ['Last 7 days', [2]],
      ['Jun 2023', [1]],
      ['Jan 2022', [6]],
    ]);
  });

  it('as one list', () => {
    assert.deepEqual(groups('none'), [['All runs', [5, 4, 3, 2, 1, 6]]]);
  });
});
