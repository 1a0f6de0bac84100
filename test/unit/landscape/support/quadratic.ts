import { add, matMul, mul, reshape, type Scalar, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { gradients } from '../../../../extension/trainer/autodiff';
import type { WeightLoss } from '../../../../extension/trainer/landscape/weightLoss';
import type { ParameterSpec } from '../../../../extension/trainer/models/model';
import { type TensorMap, tensorOf } from '../../../../extension/trainer/models/tensorMap';
import { matrixTensor, scalarOf, valuesOf } from '../../support/engine';
import { at, dot, type Matrix, randomVector, range, type Vector } from '../../support/float64';

const weightShape = [2, 2] as const;
const size = 4;

/** One weight matrix of 2 x 2. */
export const quadraticSpecs: readonly ParameterSpec[] = [
  { name: 'fc.weight', shape: weightShape, initialisation: { kind: 'constant', value: 0 } },
];

/** A symmetric matrix with these eigenvalues: a diagonal one, reflected by Householder's matrix of a fixed vector. */
export function symmetricWith(eigenvalues: Vector): number[][] {
  const u = randomVector('householder', size);
  const q = range(size).map(i =>
    range(size).map(j => (i === j ? 1 : 0) - (2 * at(u, i) * at(u, j)) / dot(u, u)),
  );
  return range(size).map(i =>
    range(size).map(j =>
      range(size).reduce((s, k) => s + at(at(q, i), k) * at(eigenvalues, k) * at(at(q, j), k), 0),
    ),
  );
}

/** The weights at which the tests look, in the engine's order. */
export const quadraticPoint: Vector = [0.5, -1, 0.75, 2];

export const pointTensors = (point: Vector): TensorMap =>
  new Map<string, Tensor>([['fc.weight', matrixTensor([point.slice(0, 2), point.slice(2)])]]);

/** The weights as one vector, in the engine's order. */
export const flat = (weights: TensorMap): number[] => valuesOf(tensorOf(weights, 'fc.weight'));

/** L(w) = 1/2 w . A w + b . w */
export function quadraticLoss(a: Matrix, b: Vector): WeightLoss {
  const matrix = matrixTensor(a);
  const slope = matrixTensor([b]);
  const value = (weights: TensorMap): Scalar => {
    const row = reshape(tensorOf(weights, 'fc.weight'), [1, size]);
    return sum(add(mul(mul(row, matMul(row, matrix)), 0.5), mul(row, slope)));
  };
  return {
    at: async weights => scalarOf(tidy(() => value(weights))),
    gradientAt: async weights => {
      const [gradient] = tidy(() => [
        tensorOf(gradients(weights, () => value(weights)).gradients, 'fc.weight'),
      ]);
      return new Map(gradient ? [['fc.weight', gradient]] : []);
    },
  };
}

export const times = (a: Matrix, v: Vector): number[] => a.map(row => dot(row, v));

/** The same loss in float64. */
export const quadratic64 = (a: Matrix, b: Vector, w: Vector): number => 0.5 * dot(w, times(a, w)) + dot(b, w);
