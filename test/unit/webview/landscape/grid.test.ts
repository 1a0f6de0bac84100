import assert from 'node:assert/strict';
import { centreLoss, type Grid, lossBetween, rangeOfGrids } from '../../../../webview/landscape/grid';

const grid: Grid = {
  axis: [-1, 0, 1],
  rows: [
    [4, 2, 4],
    [3, 1, 3],
    [6, 5, 8],
  ],
};

describe('losses on a grid', () => {
  it('are exact at the points and bilinear between them', () => {
    assert.equal(lossBetween(grid, 0, 0), 4);
    assert.equal(lossBetween(grid, 2, 2), 8);
    assert.equal(lossBetween(grid, 1.5, 0.5), (2 + 4 + 1 + 3) / 4);
    assert.equal(lossBetween(grid, 1.25, 1), 1 + 0.25 * 2);
  });

  it('are not made up where nothing has been measured', () => {
    const growing = { ...grid, rows: grid.rows.slice(0, 2) };
    assert.equal(lossBetween(growing, 1, 1), 1);
    assert.equal(lossBetween(growing, 1, 1.01), undefined);
    assert.equal(lossBetween({ ...grid, rows: grid.rows.slice(0, 1) }, 1, 0), undefined);
    assert.equal(lossBetween(grid, 2.01, 0), undefined);
    assert.equal(centreLoss({ ...grid, rows: [] }), undefined);
    assert.equal(centreLoss(grid), 1);
  });

  it('have one range over several grids, whatever diverges', () => {
    const other = { ...grid, rows: [[0.5, Number.NaN, Number.POSITIVE_INFINITY]] };
    assert.deepEqual(rangeOfGrids([grid, other]), { min: 0.5, max: 8 });
    assert.equal(rangeOfGrids([]), undefined);
  });
});
