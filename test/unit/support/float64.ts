import assert from 'node:assert/strict';
import { normals } from '../../../extension/trainer/random/draws';
import { derive, rootKey } from '../../../extension/trainer/random/key';

/** The arithmetic that the trainer's is held against: plain numbers, no tensor library. */
export type Vector = readonly number[];
export type Matrix = readonly Vector[];

export function at<T>(values: { readonly [index: number]: T; readonly length: number }, index: number): T {
  const value = values[index];
  if (value === undefined) throw new Error(`no element ${index} among ${values.length}`);
  return value;
}

export const total = (values: Vector): number => values.reduce((sum, value) => sum + value, 0);
export const average = (values: Vector): number => total(values) / values.length;
export const dot = (a: Vector, b: Vector): number => total(a.map((value, i) => value * at(b, i)));
export const length = (values: Vector): number => Math.sqrt(dot(values, values));
export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export function logSoftmax64(row: Vector): number[] {
  const largest = Math.max(...row);
  const others = [...row];
  others.splice(row.indexOf(largest), 1);
  const tail = Math.log1p(total(others.map(value => Math.exp(value - largest))));
  return row.map(value => value - largest - tail);
}

export const softmax64 = (row: Vector): number[] => logSoftmax64(row).map(Math.exp);

/** KL(p || q) in nats with 0 log 0 = 0. */
export const kl64 = (p: Vector, logQ: Vector): number =>
  total(p.map((mass, i) => (mass > 0 ? mass * (Math.log(mass) - at(logQ, i)) : 0)));

export const oneHot64 = (labels: Vector, classes: number): number[][] =>
  labels.map(label => range(classes).map(i => (i === label ? 1 : 0)));

/** Standard normal numbers times `scale`, exact in float32, so that both sides start from the same ones. */
export function randomVector(name: string, count: number, scale = 1): number[] {
  return Array.from(
    normals(derive(rootKey(20230618), name), count).map(value => value * scale),
    Number,
  );
}

export function randomMatrix(name: string, rows: number, columns: number, scale = 1): number[][] {
  return toRows(randomVector(name, rows * columns, scale), columns);
}

export function toRows(values: ArrayLike<number>, columns: number): number[][] {
  const rows: number[][] = [];
  for (let start = 0; start < values.length; start += columns) {
    rows.push(Array.from({ length: columns }, (_, i) => values[start + i] ?? Number.NaN));
  }
  return rows;
}

/** Central differences; in float64 a step of 1e-5 leaves errors of about 1e-10. */
export function numericGradient(compute: (point: Matrix) => number, point: Matrix, step = 1e-5): number[][] {
  return point.map((row, i) =>
    row.map((_, j) => {
      const moved = (by: number) =>
        compute(point.map((r, k) => (k === i ? r.map((value, l) => (l === j ? value + by : value)) : r)));
      return (moved(step) - moved(-step)) / (2 * step);
    }),
  );
}

/** Fails where |found - expected| > absolute + relative |expected| for any element. */
export function assertClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  { absolute = 0, relative = 0 }: { readonly absolute?: number; readonly relative?: number },
  what = 'value',
): void {
  assert.equal(found.length, expected.length, `${what}: number of elements`);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [found[i] ?? Number.NaN, expected[i] ?? Number.NaN];
    const allowed = absolute + relative * Math.abs(b);
    assert.ok(
      Math.abs(a - b) <= allowed,
      `${what}, element ${i}: found ${a}, expected ${b} within ${allowed}`,
    );
  }
}

/** ||found - expected|| / ||expected||. */
export function relativeDistance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.equal(found.length, expected.length, 'number of elements');
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += ((found[i] ?? Number.NaN) - (expected[i] ?? Number.NaN)) ** 2;
    size += (expected[i] ?? 0) ** 2;
  }
  return Math.sqrt(difference / size);
}
