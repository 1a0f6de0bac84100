import assert from 'node:assert/strict';
import { Decimation, lowerBound, pixelColumns } from '../../../webview/shared/series/decimation';
import { Pyramid } from '../../../webview/shared/series/pyramid';

const rows = 20_000;
const xs = Float64Array.from({ length: rows }, (_, i) => i + 1);
const values = Float32Array.from({ length: rows }, (_, i) => Math.sin(i / 900) + 0.2 * Math.sin(i * 12.9898));

function pyramidOf(column: Float32Array): Pyramid {
  const pyramid = new Pyramid();
  pyramid.extend(column, column.length);
  return pyramid;
}

function extentOf(pyramid: Pyramid, column: Float32Array, from: number, to: number) {
  const extent = { least: 0, greatest: 0 };
  pyramid.measure(column, from, to, extent);
  return extent;
}

describe('the extent of a range of rows', () => {
  const pyramid = pyramidOf(values);

  it('is that of the rows, wherever the range begins and ends', () => {
    for (const [from, to] of [
      [0, rows],
      [0, 1],
      [15, 17],
      [16, 32],
      [255, 4097],
      [1, 19_999],
      [12_345, 16_400],
    ] as const) {
      const slice = values.subarray(from, to);
      assert.deepEqual(extentOf(pyramid, values, from, to), {
        least: Math.min(...slice),
        greatest: Math.max(...slice),
      });
    }
  });

  it('is right for rows that came one after the other', () => {
    const growing = new Pyramid();
    for (let count = 1; count <= 3000; count += 7) growing.extend(values, count);
    growing.extend(values, 3000);
    const slice = values.subarray(5, 3000);
    assert.deepEqual(extentOf(growing, values, 5, 3000), {
      least: Math.min(...slice),
      greatest: Math.max(...slice),
    });
  });

  it('passes over missing and infinite values', () => {
    const holes = Float32Array.from([Number.NaN, 2, Number.POSITIVE_INFINITY, 1, Number.NEGATIVE_INFINITY]);
    assert.deepEqual(extentOf(pyramidOf(holes), holes, 0, 5), { least: 1, greatest: 2 });
    const { least, greatest } = extentOf(pyramidOf(holes), holes, 0, 1);
    assert.ok(least > greatest);
  });
});

describe('what is drawn of very many points', () => {
  it('has the greatest and the least value of each column of pixels, so that no spike is lost', () => {
    const spiked = values.slice();
    spiked[7_777] = 50;
    spiked[3_333] = -50;
    const columns = pixelColumns(xs, 0, rows, 500);
    const line = new Decimation().lineOf(xs, spiked, pyramidOf(spiked), columns);
    assert.equal(line.isDense, true);
    assert.ok(line.length <= 4 * 500);
    assert.equal(Math.max(...line.y.subarray(0, line.length)), 50);
    assert.equal(Math.min(...line.y.subarray(0, line.length)), -50);
  });

  it('begins and ends each column with its first and last value', () => {
    const columns = pixelColumns(xs, 0, rows, 100);
    const line = new Decimation().lineOf(xs, values, pyramidOf(values), columns);
    for (let column = 0; column < 100; column++) {
      const [start = 0, end = 0] = [columns.edges?.[column], columns.edges?.[column + 1]];
      assert.equal(line.y[4 * column], values[start]);
      assert.equal(line.y[4 * column + 3], values[end - 1]);
    }
  });

  it('is every row where there are few, with one neighbour beyond each edge', () => {
    const { from, to, edges } = pixelColumns(xs, 100, 200, 400);
    assert.equal(edges, undefined);
    assert.deepEqual([xs[from], xs[to - 1]], [99, 200]);
  });

  it('is the same when rows come in pieces as when they come at once', () => {
    const decimation = new Decimation();
    const pyramid = new Pyramid();
    for (let count = 5000; count <= rows; count += 313) {
      pyramid.extend(values, count);
      const part = xs.subarray(0, count);
      decimation.lineOf(part, values.subarray(0, count), pyramid, pixelColumns(part, 0, rows, 500));
    }
    pyramid.extend(values, rows);
    const columns = pixelColumns(xs, 0, rows, 500);
    const grown = decimation.lineOf(xs, values, pyramid, columns);
    const fresh = new Decimation().lineOf(xs, values, pyramidOf(values), columns);
    assert.equal(grown.length, fresh.length);
    assert.deepEqual(grown.y.subarray(0, grown.length), fresh.y.subarray(0, fresh.length));
    assert.deepEqual(grown.x.subarray(0, grown.length), fresh.x.subarray(0, fresh.length));
  });

  it('spreads rows by their position, not by their number, when time stood still between them', () => {
    const paused = Float64Array.from({ length: rows }, (_, i) => (i < rows / 2 ? i : i + 100_000));
    const { edges } = pixelColumns(paused, 0, 120_000, 600);
    assert.ok(edges);
    assert.equal(edges[300], rows / 2, 'nothing happened in the middle');
    assert.equal(edges[500], rows / 2);
  });

  it('shows a stretch without values as a gap', () => {
    const holed = values.slice().fill(Number.NaN, 8_000, 12_000);
    const line = new Decimation().lineOf(xs, holed, pyramidOf(holed), pixelColumns(xs, 0, rows, 100));
    assert.ok(Number.isNaN(line.y[4 * 50]));
    assert.ok(!Number.isNaN(line.y[4 * 20]));
  });
});

describe('the first position not before a limit', () => {
  it('is found among equal, smaller and greater ones', () => {
    const positions = [1, 2, 2, 2, 5];
    assert.equal(lowerBound(positions, 0), 0);
    assert.equal(lowerBound(positions, 2), 1);
    assert.equal(lowerBound(positions, 3), 4);
    assert.equal(lowerBound(positions, 9), 5);
  });
});
