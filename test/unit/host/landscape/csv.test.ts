import assert from 'node:assert/strict';
import { landscapeCsv } from '../../../../extension/host/landscape/csv';
import { readLandscapeCall } from '../../../../extension/host/landscape/pageMessages';
import { storedLandscape } from '../../support/landscapes';

describe('landscapes as comma-separated values', () => {
  const runs = [{ runFolder: '/runs/a', name: '=first, "a"' }];
  const lines = landscapeCsv(runs, [storedLandscape({ points: 3 })])
    .trim()
    .split('\n');

  it('have a row for every figure, point of a curve and point of a surface', () => {
    const count = (quantity: string) => lines.filter(line => line.includes(`,${quantity},`)).length;
    assert.deepEqual(
      ['expected sharpness', 'worst-case sharpness', 'top eigenvalue', 'trace', 'curve', 'surface'].map(
        count,
      ),
      [2, 2, 2, 2, 6, 18],
    );
  });

  it('say of every row how it was measured', () => {
    const header = lines[0]?.split(',') ?? [];
    const row = lines.find(line => line.includes(',curve,fixed,'))?.replace(/^"[^,]*, ""a"""/, 'run');
    const cells = Object.fromEntries(header.map((name, i) => [name, row?.split(',')[i]]));
    assert.deepEqual(
      [cells['a'], cells['images'], cells['split'], cells['seed'], cells['unit'], cells['attack']],
      ['-1', '512', 'train', '0', 'nats', 'PGD-10 linf epsilon 0.2 step 0.05'],
    );
    assert.equal(Number(cells['value']), 0.1 + 0.2 + 2 - 0.05);
  });

  it('hold a name that a spreadsheet would take for a formula', () => {
    assert.match(lines[1] ?? '', /^"'=first, ""a""",/);
  });
});

describe('a message of the landscape page', () => {
  it('is taken only if it is a call with what it takes', () => {
    assert.deepEqual(readLandscapeCall({ method: 'stop', argument: '/a.json' }), {
      method: 'stop',
      argument: '/a.json',
    });
    for (const message of [
      { method: 'stop' },
      { method: 'measure', argument: 'rm' },
      { method: 'constructor' },
      { method: 'saveFile', argument: { name: '../a.png', kind: 'png', content: new Uint8Array() } },
      'ready',
      null,
    ]) {
      assert.equal(readLandscapeCall(message), undefined, JSON.stringify(message));
    }
  });
});
