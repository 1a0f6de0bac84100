import assert from 'node:assert/strict';
import { GrowingTable } from '../../../extension/contract/columns';

type Figure = 'loss' | 'accuracy';

describe('a growing table of figures', () => {
  it('keeps every row while it grows far beyond its first capacity', () => {
    const table = new GrowingTable<Figure>();
    for (let step = 1; step <= 1000; step++) table.appendRow(step, step / 2, { loss: 1 / step });
    assert.equal(table.rows, 1000);
    assert.deepEqual([...table.step.slice(-2)], [999, 1000]);
    assert.equal(table.seconds[999], 500);
    assert.ok(Math.abs(table.at(499, 'loss') - 1 / 500) < 1e-9);
  });

  it('shows a figure that a row does not have as missing, not as 0 or as the row before', () => {
    const table = new GrowingTable<Figure>();
    table.appendRow(1, 1, { loss: 3 });
    table.appendRow(2, 2, { loss: 2, accuracy: 0.5 });
    table.appendRow(3, 3, { accuracy: 0.6, loss: undefined });
    assert.deepEqual([...(table.figure('accuracy') ?? [])].map(Number.isNaN), [true, false, false]);
    assert.ok(Number.isNaN(table.at(2, 'loss')));
    assert.ok(Number.isNaN(table.at(99, 'loss')));
  });

  it('is the same on the other side when it travels in two slices', () => {
    const table = new GrowingTable<Figure>();
    const other = new GrowingTable<Figure>();
    for (let step = 1; step <= 100; step++) table.appendRow(step, step, { loss: step });
    other.append(table.slice());
    for (let step = 101; step <= 300; step++)
      table.appendRow(step, step, { loss: step, accuracy: step / 300 });
    other.append(table.slice(100));
    assert.deepEqual(other.step, table.step);
    assert.deepEqual(other.figure('loss'), table.figure('loss'));
    assert.deepEqual(other.figure('accuracy'), table.figure('accuracy'));
  });

  it('leaves out of a slice the figures that none of its rows has', () => {
    const table = new GrowingTable<Figure>();
    table.appendRow(1, 1, { loss: 1 });
    table.appendRow(2, 2, { loss: 1, accuracy: 0.5 });
    assert.deepEqual(Object.keys(table.slice().figures), ['loss', 'accuracy']);
    table.appendRow(3, 3, { loss: 1 });
    assert.deepEqual(Object.keys(table.slice(2).figures), ['loss']);
    assert.equal(table.slice(3).rows, 0);
  });

  it('forgets the rows after a step and goes on there', () => {
    const table = new GrowingTable<Figure>();
    table.reserve(10);
    for (const step of [1, 2, 5, 3]) table.appendRow(step, step, { loss: step });
    assert.equal(table.takeBack(3), 1);
    table.appendRow(4, 4, { accuracy: 0.5 });
    assert.deepEqual([...table.step], [1, 2, 3, 4]);
    assert.deepEqual([...(table.figure('loss') ?? [])], [1, 2, 3, Number.NaN]);
    assert.deepEqual([...(table.figure('accuracy') ?? [])], [Number.NaN, Number.NaN, Number.NaN, 0.5]);
    assert.equal(table.takeBack(4), 0);
  });
});
