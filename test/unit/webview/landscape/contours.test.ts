import assert from 'node:assert/strict';
import { contourSegments, type Segment } from '../../../../webview/landscape/contours';
import type { Grid } from '../../../../webview/landscape/grid';

const axis = (points: number) => Array.from({ length: points }, (_, i) => (2 * i) / (points - 1) - 1);

function gridOf(points: number, loss: (a: number, b: number) => number): Grid {
  const places = axis(points);
  return { axis: places, rows: places.map(b => places.map(a => loss(a, b))) };
}

/** Joins segments end to end and counts the closed loops and the open lines. */
function linesOf(segments: readonly Segment[]): { loops: number; open: number } {
  const name = (x: number, y: number) => `${x.toFixed(9)},${y.toFixed(9)}`;
  const ends = new Map<string, number>();
  for (const [x1, y1, x2, y2] of segments) {
    for (const end of [name(x1, y1), name(x2, y2)]) ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  const open = [...ends.values()].filter(count => count === 1).length / 2;
  const groups = new Map([...ends.keys()].map(end => [end, end]));
  const root = (end: string): string => {
    const parent = groups.get(end) ?? end;
    return parent === end ? end : root(parent);
  };
  for (const [x1, y1, x2, y2] of segments) groups.set(root(name(x1, y1)), root(name(x2, y2)));
  return { loops: new Set([...groups.keys()].map(root)).size - open, open };
}

describe('a contour line', () => {
  it('of a bowl is a circle of the right radius, in one closed loop', () => {
    const grid = gridOf(41, (a, b) => a * a + b * b);
    const segments = contourSegments(grid, 0.25);
    assert.deepEqual(linesOf(segments), { loops: 1, open: 0 });
    for (const [x, y] of segments) {
      const radius = Math.hypot(x / 20 - 1, y / 20 - 1);
      assert.ok(Math.abs(radius - 0.5) < 2e-3, `radius ${radius}`);
    }
  });

  it('of a slope is straight and exact', () => {
    const segments = contourSegments(
      gridOf(5, a => 3 * a + 1),
      1.75,
    );
    assert.deepEqual(linesOf(segments), { loops: 0, open: 1 });
    for (const [x1, , x2] of segments) assert.deepEqual([x1, x2], [2.5, 2.5]);
  });

  it('goes round the high corners of a saddle where the middle is low, and round the low ones where it is high', () => {
    const saddle = (lift: number): Grid => ({
      axis: [-1, 1],
      rows: [
        [1 + lift, lift],
        [lift, 1 + lift],
      ],
    });
    // The high corners are at 0,0 and 1,1: a line round the first stays below the diagonal from 1,0 to 0,1.
    const middleIsLow = contourSegments(saddle(0), 0.75);
    assert.deepEqual(middleIsLow.map(([x1, y1, x2, y2]) => x1 + y1 + x2 + y2).sort(), [0.5, 3.5]);
    const middleIsHigh = contourSegments(saddle(0), 0.25);
    assert.deepEqual(
      middleIsHigh.map(([x1, y1, x2, y2]) => x1 + y1 + x2 + y2),
      [2, 2],
    );
  });

  it('ends where nothing has been measured or a loss is not finite', () => {
    const whole = gridOf(5, a => a);
    const growing = { ...whole, rows: whole.rows.slice(0, 2) };
    assert.equal(contourSegments(growing, 0.1).length, 1);
    const diverged = {
      ...whole,
      rows: whole.rows.map((row, j) => (j === 2 ? row.map(() => Number.NaN) : row)),
    };
    assert.equal(contourSegments(diverged, 0.1).length, 2);
  });
});
