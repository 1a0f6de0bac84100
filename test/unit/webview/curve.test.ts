import assert from 'node:assert/strict';
import { GrowingTable } from '../../../extension/contract/columns';
import { Curve } from '../../../webview/shared/series/curve';
import { columnSource, weightedSource } from '../../../webview/shared/series/sources';

type Figure = 'natural' | 'robust' | 'first';

function tableOf(rows: number): GrowingTable<Figure> {
  const table = new GrowingTable<Figure>();
  for (let step = 1; step <= rows; step++) appendTo(table, step);
  return table;
}

function appendTo(table: GrowingTable<Figure>, step: number): void {
  table.appendRow(step, step, { natural: 1 + Math.sin(step), robust: 0.1 });
}

describe('a curve', () => {
  const smoothing = { kind: 'exponential', strength: 0.4 } as const;

  it('is smoothed from the raw figures, whatever is drawn of them', () => {
    const curve = new Curve(columnSource(tableOf(10_000), 'natural'));
    const { values } = curve.smoothed(smoothing);
    assert.equal(values.length, 10_000);
    assert.ok(Math.abs((values[9_999] ?? 0) - 1) < 0.2, 'the noise is gone');
    assert.deepEqual(curve.smoothed({ ...smoothing, strength: 0 }).values, curve.raw().values);
  });

  it('goes on with what it has smoothed when rows come', () => {
    const table = tableOf(500);
    const growing = new Curve(columnSource(table, 'natural'));
    growing.smoothed(smoothing);
    for (let step = 501; step <= 1200; step++) {
      appendTo(table, step);
      growing.smoothed(smoothing);
    }
    const fresh = new Curve(columnSource(table, 'natural'));
    assert.deepEqual(growing.smoothed(smoothing).values, fresh.smoothed(smoothing).values);
  });

  it('is smoothed anew when the strength changes', () => {
    const table = tableOf(300);
    const curve = new Curve(columnSource(table, 'natural'));
    curve.smoothed(smoothing);
    const stronger = { kind: 'window', strength: 0.8 } as const;
    assert.deepEqual(
      curve.smoothed(stronger).values,
      new Curve(columnSource(table, 'natural')).smoothed(stronger).values,
    );
  });

  it('of a figure that a run does not have is empty', () => {
    assert.equal(new Curve(columnSource(tableOf(10), 'first')).smoothed(smoothing).values.length, 0);
  });
});

describe('stacked terms', () => {
  it('add up to the weighted sum, and an absent term adds nothing', () => {
    const table = tableOf(200);
    const source = weightedSource(table, [
      { name: 'natural', weight: 0.8 },
      { name: 'robust', weight: 6 },
      { name: 'first', weight: 0.2 },
    ]);
    assert.ok(Math.abs((source.values()?.[9] ?? 0) - (0.8 * (1 + Math.sin(10)) + 0.6)) < 1e-6);
    appendTo(table, 201);
    assert.equal(source.values()?.length, 201);
  });
});
