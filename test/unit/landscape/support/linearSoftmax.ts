import { tensor4d } from '@tensorflow/tfjs-core';
import type { NumberedBatch } from '../../../../extension/trainer/landscape/modelLoss';
import { matrixTensor } from '../../support/engine';
import {
  at,
  dot,
  type Matrix,
  randomMatrix,
  range,
  softmax64,
  total,
  type Vector,
} from '../../support/float64';
import { curvedModel, polynomial } from '../../support/handwrittenModel';

export const [pixels, classes, examples] = [4, 3, 10];

/** logits = x W */
export const linearModel = curvedModel(pixels, classes, polynomial(0, 0));

/** [pixels, classes] */
export const weights64: Matrix = randomMatrix('weights', pixels, classes);
export const images64: Matrix = randomMatrix('images', examples, pixels).map(row =>
  row.map(value => Math.fround(1 / (1 + Math.exp(-value)))),
);
export const labels: Vector = range(examples).map(i => i % classes);

/** The network on the current engine. */
export const network = () => ({
  model: linearModel,
  parameters: new Map([['conv.w', matrixTensor(weights64)]]),
  statistics: new Map(),
});

/** The examples, so many a batch. */
export function batches(batchSize: number): NumberedBatch[] {
  return range(Math.ceil(examples / batchSize)).map(batch => {
    const indices = range(examples).slice(batch * batchSize, (batch + 1) * batchSize);
    const rows = indices.map(i => at(images64, i));
    return {
      images: tensor4d(rows.flat(), [rows.length, 1, 1, pixels]),
      labels: Int32Array.from(indices, i => at(labels, i)),
      indices: Uint32Array.from(indices),
    };
  });
}

const probabilities = (w: Matrix, x: Vector): number[] =>
  softmax64(range(classes).map(c => total(x.map((value, p) => value * at(at(w, p), c)))));

/** Mean cross-entropy. */
export const loss64 = (w: Matrix): number =>
  total(images64.map((x, i) => -Math.log(at(probabilities(w, x), at(labels, i))))) / examples;

/**
 * The Hessian of the mean cross-entropy, mean over x of (x x^T) (diag p - p p^T), in closed form; weights in the order of
 * [pixels, classes].
 */
export function hessian64(): number[][] {
  const size = pixels * classes;
  const of = images64.map(x => ({ x, p: probabilities(weights64, x) }));
  return range(size).map(i =>
    range(size).map(j => {
      const [pi, ci, pj, cj] = [Math.floor(i / classes), i % classes, Math.floor(j / classes), j % classes];
      const terms = of.map(
        ({ x, p }) => at(x, pi) * at(x, pj) * ((ci === cj ? at(p, ci) : 0) - at(p, ci) * at(p, cj)),
      );
      return total(terms) / examples;
    }),
  );
}

/** Largest eigenvalue of a positive semidefinite matrix, to float64's accuracy. */
export function largestEigenvalue64(matrix: Matrix): number {
  let v = matrix.map((_, i) => Math.sin(i + 1));
  let value = 0;
  for (let i = 0; i < 5000; i++) {
    const product = matrix.map(row => dot(row, v));
    value = Math.sqrt(dot(product, product));
    v = product.map(component => component / value);
  }
  return value;
}
