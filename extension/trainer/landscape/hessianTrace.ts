import type { SharpnessEstimate } from '../../contract/events';
import { disposeTensors, type TensorMap } from '../models/tensorMap';
import { estimate } from './estimate';
import { hessianProduct } from './hessianProduct';
import type { WeightLoss } from './weightLoss';
import { innerProduct } from './weightVectors';

/**
 * Trace of the Hessian by Hutchinson's estimator: the mean of v . H v over vectors v of random signs, with its standard
 * error. Exact with one vector where the Hessian is diagonal.
 * @param draw the vector of that number; it is disposed of here
 */
export async function hessianTrace(
  loss: WeightLoss,
  weights: TensorMap,
  probes: number,
  draw: (probe: number) => TensorMap,
): Promise<SharpnessEstimate> {
  const samples: number[] = [];
  for (let probe = 0; probe < probes; probe++) {
    const signs = draw(probe);
    const product = await hessianProduct(loss, weights, signs);
    samples.push(await innerProduct(signs, product));
    disposeTensors(product);
    disposeTensors(signs);
  }
  return estimate(samples);
}
