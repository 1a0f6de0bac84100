import { disposeTensors, type TensorMap } from '../models/tensorMap';
import { hessianProduct } from './hessianProduct';
import type { WeightLoss } from './weightLoss';
import { combined, innerProduct, lengthOf, scaled } from './weightVectors';

export const eigenvalueDefaults = { iterations: 100, tolerance: 1e-3 } as const;

export interface TopEigenvalue {
  readonly value: number;
  /** Hessian products it took. */
  readonly iterations: number;
  /** Whether the last estimates differ by less than the tolerance, relatively. */
  readonly converged: boolean;
  /** ||H v - value v|| / |value| for the unit vector v found: 0 for an exact eigenvector. */
  readonly residual: number;
}

/**
 * The largest eigenvalue of the Hessian by power iteration: v <- H v / ||H v||, with v . H v as the estimate, until two
 * estimates in turn differ by less than the tolerance. Power iteration finds the eigenvalue of the largest size: where that is
 * a negative one, mu, it is repeated on H - mu I, whose eigenvalues are all positive and in the same order.
 * @param start a vector that is not orthogonal to the eigenvector sought, such as a random one
 */
export async function topEigenvalue(
  loss: WeightLoss,
  weights: TensorMap,
  start: TensorMap,
  limits: { readonly iterations: number; readonly tolerance: number } = eigenvalueDefaults,
): Promise<TopEigenvalue> {
  const dominant = await powerIteration(loss, weights, start, limits, 0);
  if (!(dominant.value < 0)) return dominant;
  const top = await powerIteration(loss, weights, start, limits, dominant.value);
  return { ...top, iterations: dominant.iterations + top.iterations };
}

/** The dominant eigenvalue of H - shift I, plus the shift. */
async function powerIteration(
  loss: WeightLoss,
  weights: TensorMap,
  start: TensorMap,
  { iterations, tolerance }: { readonly iterations: number; readonly tolerance: number },
  shift: number,
): Promise<TopEigenvalue> {
  let vector = scaled(start, 1 / (await lengthOf(start)));
  let before = Number.NaN;
  for (let iteration = 1; ; iteration++) {
    const product = await shiftedProduct(loss, weights, vector, shift);
    const value = await innerProduct(vector, product);
    const length = await lengthOf(product);
    // Of a unit vector: ||P v - value v||^2 = ||P v||^2 - value^2.
    const residual = Math.sqrt(Math.max(length ** 2 - value ** 2, 0)) / Math.abs(value + shift);
    const converged = length === 0 || Math.abs(value - before) < tolerance * Math.abs(value);
    disposeTensors(vector);
    if (converged || iteration >= iterations || !Number.isFinite(value)) {
      disposeTensors(product);
      return {
        value: value + shift,
        iterations: iteration,
        converged,
        residual: length === 0 ? 0 : residual,
      };
    }
    before = value;
    vector = scaled(product, 1 / length);
    disposeTensors(product);
  }
}

async function shiftedProduct(loss: WeightLoss, weights: TensorMap, vector: TensorMap, shift: number) {
  const product = await hessianProduct(loss, weights, vector);
  if (shift === 0) return product;
  const result = combined(product, 1, vector, -shift);
  disposeTensors(product);
  return result;
}
