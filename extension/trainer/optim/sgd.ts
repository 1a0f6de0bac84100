import { add, mul, sub, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { mapTensors, type TensorMap, tensorOf } from '../models/tensorMap';

export interface SgdOptions {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

/**
 * Stochastic gradient descent as `torch.optim.SGD` does it, on every parameter, batch norm and biases included:
 * g <- g + weightDecay w;  m <- momentum m + g;  w <- w - learningRate m.
 */
export function sgdStep(
  parameters: TensorMap,
  gradients: TensorMap,
  momenta: TensorMap,
  { learningRate, momentum, weightDecay }: SgdOptions,
): { readonly parameters: TensorMap; readonly momenta: TensorMap } {
  const nextMomenta = mapTensors(parameters, (weight, name) => {
    const decayed = add(tensorOf(gradients, name), mul(weight, weightDecay));
    return add(mul(tensorOf(momenta, name), momentum), decayed);
  });
  const nextParameters = mapTensors(parameters, (weight, name) =>
    sub(weight, mul(tensorOf(nextMomenta, name), learningRate)),
  );
  return { parameters: nextParameters, momenta: nextMomenta };
}

/** Momentum buffers of zeros: PyTorch's first step, m = g, follows from them. */
export function zeroMomenta(parameters: TensorMap): TensorMap {
  return mapTensors(parameters, weight => zerosLike(weight));
}

/** Moving average of weights: average <- decay average + (1 - decay) current. */
export function averageWeights(average: TensorMap, current: TensorMap, decay: number): TensorMap {
  const result = new Map<string, Tensor>();
  for (const [name, value] of average) {
    result.set(
      name,
      tidy(() => add(mul(value, decay), mul(tensorOf(current, name), 1 - decay))),
    );
  }
  return result;
}
