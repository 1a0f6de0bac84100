import assert from 'node:assert/strict';
import { colourPaint, noPaint } from '../../../../extension/trainer/cli/display/paint';
import {
  finalRows,
  initialState,
  type RunState,
  reduce,
} from '../../../../extension/trainer/cli/display/state';
import {
  layoutTable,
  renderTableHeader,
  renderTableRow,
} from '../../../../extension/trainer/cli/display/table';
import { facts, stepEvent, validation, wholeRun } from './runEvents';

const ended: RunState = wholeRun.reduce(reduce, initialState(facts));

function table(width: number, { rows } = ended): string[] {
  const layout = layoutTable(rows, width);
  return [...renderTableHeader(layout, noPaint), ...rows.map(row => renderTableRow(row, layout, noPaint))];
}

describe('the table of epochs', () => {
  it('has every column on a wide terminal', () => {
    assert.deepEqual(table(120), [
      '         train   train   train     val     val         sharpness  learning        ',
      'epoch     loss   clean  robust   clean  robust       mean ± s.e.      rate    time',
      '    1   1.5333   55.0%   36.7%   91.0%   41.2%*                –      0.01     40s',
      '    2   0.9200   77.5%   62.0%   92.0%   62.3%*  0.0123 ± 0.0004      0.01     40s',
      '    3   0.6571   85.0%   72.9%   93.0%   70.1%*                –      0.01     40s',
      '    4   0.5111   88.8%   78.9%   94.0%   68.8%   0.0123 ± 0.0004     0.001     40s',
      '    5   0.4182   91.0%   82.7%   95.0%   69.3%                 –     0.001     40s',
    ]);
  });

  it('moves its columns together to fit 80 characters', () => {
    const lines = table(80);
    assert.equal(lines[1], 'epoch    loss  clean robust  clean robust      mean ± s.e.     rate   time');
  });

  it('keeps the validation accuracies on a narrow terminal and gives up the rest', () => {
    assert.deepEqual(table(40).slice(0, 3), [
      '         train   train     val     val ',
      'epoch     loss  robust   clean  robust ',
      '    1   1.5333   36.7%   91.0%   41.2%*',
    ]);
    assert.equal(table(16)[1], 'epoch  robust ');
  });

  it('has lines of one width that never exceed the terminal', () => {
    for (let width = 14; width <= 130; width++) {
      const lines = table(width);
      assert.equal(new Set(lines.map(line => line.length)).size, 1, `width ${width}`);
      assert.ok((lines[0] ?? '').length <= width, `width ${width}`);
    }
  });

  it('leaves out what the run does not measure', () => {
    const state = [stepEvent(20), validation(1), stepEvent(21)].reduce(reduce, initialState(facts));
    assert.equal(table(120, state)[1], 'epoch   clean  robust ');
  });

  it('marks an epoch that was better than all before, also in colour', () => {
    assert.deepEqual(
      ended.rows.map(row => row.best),
      [true, true, true, false, false],
    );
    const layout = layoutTable(ended.rows, 80);
    const coloured = ended.rows.map(row => renderTableRow(row, layout, colourPaint));
    assert.ok(coloured[2]?.includes('\u001b[32m') && coloured[2].includes('70.1%*'));
    assert.ok(!coloured[3]?.includes('\u001b'));
  });

  it('does not mark an epoch below the best of the session that a resumed run continues', () => {
    const best = { step: 10, epoch: 1, cleanAccuracy: 0.9, robustAccuracy: 0.5 };
    const state = [validation(1), validation(2)].reduce(reduce, initialState({ ...facts, best }));
    assert.deepEqual(
      state.rows.map(row => row.best),
      [false, true],
    );
  });

  it('takes a row as final only when the run has gone on', () => {
    const upTo = (count: number) => wholeRun.slice(0, count).reduce(reduce, initialState(facts));
    const nextStep = wholeRun.findIndex(event => event.type === 'step' && event.step === 21);
    assert.equal(finalRows(upTo(nextStep)).length, 0);
    assert.equal(finalRows(upTo(nextStep + 1)).length, 1);
  });
});
