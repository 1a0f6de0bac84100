import { disposeTensors, type TensorMap } from '../models/tensorMap';
import type { WeightLoss } from './weightLoss';
import { atOffset, combined, lengthOf } from './weightVectors';

/** Cube root of float32's unit roundoff, 2^-24. */
const relativeStep = 2 ** -8;

/**
 * Hessian times vector by central differences of gradients, H v = [g(w + h v) - g(w - h v)] / 2h: TensorFlow.js has no
 * gradient of its filter gradient, so that differentiating twice is not to be had.
 *
 * The rounding of the gradients (about 2^-24 of them) enters as 1/h and the neglected third derivative as h^2; with lengths
 * measured against ||w||, both are small together where h ||v|| = 2^-8 ||w||. At w = 0 the step has the length 2^-8.
 * Where ReLU or max-pooling switch inside the step, the gradient's jump counts as curvature of that scale; differentiating
 * twice would leave it out. `test/bench/README.md` has both.
 * The result is the caller's to dispose of.
 */
export async function hessianProduct(
  loss: WeightLoss,
  weights: TensorMap,
  vector: TensorMap,
): Promise<TensorMap> {
  const h = (relativeStep * ((await lengthOf(weights)) || 1)) / (await lengthOf(vector));
  const gradient = (factor: number) =>
    atOffset(weights, [{ direction: vector, factor }], moved => loss.gradientAt(moved));
  const plus = await gradient(h);
  const minus = await gradient(-h);
  const product = combined(plus, 0.5 / h, minus, -0.5 / h);
  disposeTensors(plus);
  disposeTensors(minus);
  return product;
}
