import assert from 'node:assert/strict';
import { memory, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { projectOnHyperplane } from '../../../extension/trainer/attacks/boxHyperplane';
import { onEngine, valuesOf } from '../support/engine';
import { assertClose, at, dot, length, randomMatrix, range, toRows, type Vector } from '../support/float64';

const pixels = 40;
const clip = (value: number) => Math.min(Math.max(value, 0), 1);
const points = randomMatrix('points to project', 24, pixels, 0.4).map(row => row.map(v => clip(0.5 + v)));
const normals = randomMatrix('normals', 24, pixels, 1).map((row, i) =>
  // Some pixels have no weight, and some planes have tiny gradients.
  row.map((w, j) => ((i + j) % 7 === 0 ? 0 : w * (i % 3 === 0 ? 1e-6 : 1))),
);

/** The step by bisection on the multiplier, in float64: smallest in the norm with w . d = -c inside the box. */
function reference(point: Vector, normal: Vector, offset: number, norm: 'linf' | 'l2'): number[] {
  const sign = Math.sign(offset);
  const step = (lambda: number) =>
    normal.map((w, i) => {
      if (w === 0) return 0;
      const down = sign * w > 0;
      const room = down ? at(point, i) : 1 - at(point, i);
      const size = Math.min(lambda * (norm === 'linf' ? 1 : Math.abs(w)), room);
      return down ? -size : size;
    });
  let [low, high] = [0, norm === 'linf' ? 1 : 1e12];
  for (let i = 0; i < 200; i++) {
    const middle = norm === 'linf' || low === 0 ? (low + high) / 2 : Math.sqrt(low * high);
    if (Math.abs(dot(normal, step(middle))) < Math.abs(offset)) low = middle;
    else high = middle;
  }
  return step(high);
}

function found(offsets: readonly number[], norm: 'linf' | 'l2'): number[][] {
  const shape: [number, number, number, number] = [points.length, 5, 8, 1];
  return tidy(() => {
    const steps = projectOnHyperplane(
      tensor4d(points.flat(), shape),
      tensor4d(normals.flat(), shape),
      tensor4d([...offsets], [points.length, 1, 1, 1]),
      norm,
    );
    return toRows(valuesOf(steps), pixels);
  });
}

describe('Projection on a hyperplane within the box', () => {
  onEngine('wasm');

  /** A share of what the box allows in the plane's direction, of either sign. */
  const offsets = points.map((point, i) => {
    const normal = at(normals, i);
    const reach = normal.reduce(
      (sum, w, j) => sum + Math.abs(w) * (w > 0 ? at(point, j) : 1 - at(point, j)),
      0,
    );
    return (i % 2 === 0 ? 1 : -1) * reach * (0.05 + 0.03 * i) * 0.6;
  });

  for (const norm of ['linf', 'l2'] as const) {
    it(`${norm}: is the smallest step that reaches the plane, pixels at their ends included`, () => {
      for (const [i, step] of found(offsets, norm).entries()) {
        const [point, normal, offset] = [at(points, i), at(normals, i), at(offsets, i)];
        const expected = reference(point, normal, offset, norm);
        assertClose(step, expected, { absolute: 3e-5 }, `image ${i}`);
        assert.ok(step.every((d, j) => at(point, j) + d >= -1e-6 && at(point, j) + d <= 1 + 1e-6));
        const size = norm === 'linf' ? (d: Vector) => Math.max(...d.map(Math.abs)) : length;
        assert.ok(size(step) <= size(expected) + 1e-4);
        const reached = dot(normal, step) + offset;
        const scale = Math.max(...normal.map(Math.abs));
        assert.ok(
          Math.abs(reached) / scale < 1e-4 * Math.max(1, Math.abs(offset) / scale),
          `off by ${reached}`,
        );
      }
    });

    it(`${norm}: sends every pixel to its end where the plane is out of reach`, () => {
      const far = points.map((_, i) => (i % 2 === 0 ? 1e4 : -1e4));
      for (const [i, step] of found(far, norm).entries()) {
        const expected = range(pixels).map(j => {
          const [w, x] = [at(at(normals, i), j), at(at(points, i), j)];
          return w === 0 ? 0 : w * (i % 2 === 0 ? 1 : -1) > 0 ? -x : 1 - x;
        });
        assertClose(step, expected, { absolute: 1e-6 });
      }
    });
  }

  it('stays where it is on the plane, and without a gradient', () => {
    for (const norm of ['linf', 'l2'] as const) {
      assert.ok(
        found(
          points.map(() => 0),
          norm,
        )
          .flat()
          .every(d => d === 0 || Object.is(d, -0)),
      );
      const still = tidy(() => {
        const point = tensor4d(at(points, 0) as number[], [1, 5, 8, 1]);
        const none = tensor4d(new Float32Array(pixels), [1, 5, 8, 1]);
        return valuesOf(projectOnHyperplane(point, none, tensor4d([-3], [1, 1, 1, 1]), norm));
      });
      assert.ok(still.every(d => Math.abs(d) === 0));
    }
  });

  it('leaves no tensors behind', () => {
    const before = memory().numTensors;
    found(offsets, 'linf');
    assert.equal(memory().numTensors, before);
  });
});
