import assert from 'node:assert/strict';
import { type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { ascentDirection, imageNorms, project, type Threat } from '../../../extension/trainer/attacks/ball';
import { uniforms } from '../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../extension/trainer/random/key';
import { onEngine, valuesOf } from '../support/engine';
import {
  assertClose,
  at,
  dot,
  length,
  type Matrix,
  randomMatrix,
  range,
  toRows,
  type Vector,
} from '../support/float64';

const pixels = 12;
const batch = 16;

const images = (rows: Matrix): Tensor4D => tensor4d(rows.flat(), [rows.length, 2, 2, 3]);
const rowsOf = (tensor: Tensor4D): number[][] => toRows(valuesOf(tensor), pixels);
const clip = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
const subtract = (a: Vector, b: Vector): number[] => a.map((value, i) => value - at(b, i));

/** Clean images, some of whose pixels are exactly 0 or 1, and points near, far and at a great distance from them. */
function fuzz(round: number): { centre: Matrix; point: Matrix } {
  const draw = uniforms(derive(rootKey(round), 'centre'), batch * pixels);
  const centre = toRows(
    draw.map(value => clip(1.4 * value - 0.2, 0, 1)),
    pixels,
  );
  const scale = at([0.01, 0.1, 1, 100], round % 4);
  const offset = randomMatrix(`offset ${round}`, batch, pixels, scale);
  return {
    centre,
    point: centre.map((row, i) => row.map((value, j) => Math.fround(value + at(at(offset, i), j)))),
  };
}

/** The nearest point of box and l2 ball: c + clip((x - c) / (1 + m)) with the least m >= 0 that fits, by bisection. */
function nearestInL2(x: Vector, centre: Vector, epsilon: number): number[] {
  const shrunk = (m: number) =>
    x.map((value, j) => clip(at(centre, j) + (value - at(centre, j)) / (1 + m), 0, 1));
  const fits = (m: number) => length(subtract(shrunk(m), centre)) <= epsilon;
  if (fits(0)) return shrunk(0);
  let [low, high] = [0, 1e9];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (fits(middle)) high = middle;
    else low = middle;
  }
  return shrunk(high);
}

const threats: readonly Threat[] = [
  { norm: 'linf', epsilon: 8 / 255 },
  { norm: 'linf', epsilon: 0.3 },
  { norm: 'l2', epsilon: 0.5 },
  { norm: 'l2', epsilon: 0.1 },
];

describe('The projection on the threat', () => {
  onEngine('wasm');

  for (const threat of threats) {
    const { norm, epsilon } = threat;
    const projected = (point: Matrix, centre: Matrix) =>
      rowsOf(project(images(point), images(centre), threat));

    it(`${norm}, epsilon ${epsilon.toFixed(3)}: is inside the ball and the box, and stays where it is when repeated`, () => {
      for (const round of range(12)) {
        const { centre, point } = fuzz(round);
        const once = projected(point, centre);
        once.forEach((row, i) => {
          const offset = subtract(row, at(centre, i));
          const size = norm === 'linf' ? Math.max(...offset.map(Math.abs)) : length(offset);
          // A pixel of about 1 is a multiple of 2^-24: the ball's edge is met to that rounding.
          assert.ok(size <= epsilon + 1e-6, `round ${round}, image ${i}: ${size} > ${epsilon}`);
          assert.ok(
            row.every(value => value >= 0 && value <= 1),
            `round ${round}, image ${i}: box`,
          );
        });
        assertClose(projected(once, centre).flat(), once.flat(), { absolute: norm === 'linf' ? 0 : 1e-6 });
      }
    });

    it(`${norm}, epsilon ${epsilon.toFixed(3)}: leaves points that are inside alone`, () => {
      const { centre } = fuzz(1);
      const direction = randomMatrix('inside', batch, pixels).map(row => {
        const size = norm === 'linf' ? Math.max(...row.map(Math.abs)) : length(row);
        return row.map(value => (0.9 * epsilon * value) / size);
      });
      const inside = centre.map((row, i) =>
        row.map((value, j) => Math.fround(clip(value + at(at(direction, i), j), 0, 1))),
      );
      assertClose(projected(inside, centre).flat(), inside.flat(), { absolute: 1e-7 });
    });
  }

  it('linf: is the nearest point, pixel by pixel', () => {
    const epsilon = 0.1;
    for (const round of range(8)) {
      const { centre, point } = fuzz(round);
      const found = rowsOf(project(images(point), images(centre), { norm: 'linf', epsilon }));
      const expected = point.map((row, i) =>
        row.map((value, j) => {
          const c = at(at(centre, i), j);
          return clip(value, Math.max(c - epsilon, 0), Math.min(c + epsilon, 1));
        }),
      );
      assertClose(found.flat(), expected.flat(), { absolute: 1e-7 });
    }
  });

  it('l2: is the nearest point where the box does not cut, and the clipped and shrunk one where it does', () => {
    const epsilon = 0.5;
    let cut = 0;
    for (const round of range(12)) {
      const { centre, point } = fuzz(round);
      const found = rowsOf(project(images(point), images(centre), { norm: 'l2', epsilon }));
      point.forEach((x, i) => {
        const c = at(centre, i);
        const nearest = nearestInL2(x, c, epsilon);
        if (x.every(value => value >= 0 && value <= 1)) {
          assertClose(at(found, i), nearest, { absolute: 1e-6 }, `round ${round}, image ${i}`);
          return;
        }
        cut++;
        const clipped = subtract(
          x.map(value => clip(value, 0, 1)),
          c,
        );
        const shrink = Math.min(1, epsilon / length(clipped));
        assertClose(
          at(found, i),
          clipped.map((value, j) => at(c, j) + shrink * value),
          { absolute: 1e-6 },
        );
        // Of all points that fit, none is much nearer.
        const [distance, least] = [at(found, i), nearest].map(row => length(subtract(row, x)));
        assert.ok(
          (distance ?? 0) <= 1.25 * (least ?? 0) + 1e-6,
          `round ${round}, image ${i}: ${distance} vs ${least}`,
        );
      });
    }
    assert.ok(cut > 20, `${cut} images were cut by the box`);
  });

  it('ignores the rest of the batch', () => {
    const { centre, point } = fuzz(3);
    for (const threat of threats) {
      const whole = rowsOf(project(images(point), images(centre), threat));
      const alone = rowsOf(project(images(point.slice(5, 6)), images(centre.slice(5, 6)), threat));
      assert.deepEqual(alone, whole.slice(5, 6));
    }
  });
});

describe('The direction of steepest ascent', () => {
  onEngine('wasm');

  it('linf: is the sign of the gradient, however small, and 0 where the gradient is', () => {
    const gradient = images([[3, -2, 0, 1e-9, -1e-9, 1e-30, -1e-30, 0.5, -0.5, 100, -100, 0]]);
    assertClose(valuesOf(ascentDirection(gradient, 'linf')), [1, -1, 0, 1, -1, 1, -1, 1, -1, 1, -1, 0], {});
  });

  it('l2: has norm 1 for every image and the direction of the gradient', () => {
    const gradient = randomMatrix('gradient', batch, pixels, 0.01);
    const found = rowsOf(ascentDirection(images(gradient), 'l2'));
    found.forEach((row, i) => {
      assertClose([length(row)], [1], { absolute: 1e-6 });
      assertClose([dot(row, at(gradient, i))], [length(at(gradient, i))], { relative: 1e-5 });
    });
  });

  it('l2: is 0, not NaN, for a gradient of zeros', () => {
    const found = valuesOf(ascentDirection(images([range(pixels).map(() => 0)]), 'l2'));
    assert.deepEqual(
      found,
      range(pixels).map(() => 0),
    );
  });

  it('norms are taken image by image', () => {
    const rows = randomMatrix('norms', batch, pixels);
    const norms = imageNorms(images(rows));
    assert.deepEqual(norms.shape, [batch, 1, 1, 1]);
    assertClose(valuesOf(norms), rows.map(length), { relative: 1e-6 });
  });
});
