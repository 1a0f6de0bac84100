import { add, mul, sub, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { sgdRates, sgdUpdate, sgdUpdates } from '../fused/sgdStep';
import { weightedSum } from '../fused/weightedSum';
import { mapTensors, type TensorMap, tensorOf } from '../models/tensorMap';

export interface SgdOptions {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

/**
 * Stochastic gradient descent as `torch.optim.SGD` does it, on every parameter, batch norm and biases included:
 * g <- g + weightDecay w;  m <- momentum m + g;  w <- w - learningRate m.
 *
 * `rates`: the options as a tensor, where the engine wants them so; an argument where the step is recorded.
 */
export function sgdStep(
  parameters: TensorMap,
  gradients: TensorMap,
  momenta: TensorMap,
  options: SgdOptions,
  rates = sgdRates(options),
): { readonly parameters: TensorMap; readonly momenta: TensorMap } {
  const triples = Array.from(parameters, ([name, weight]) => ({
    weight,
    gradient: tensorOf(gradients, name),
    momentum: tensorOf(momenta, name),
  }));
  const updates = rates
    ? sgdUpdates(triples, rates)
    : triples.map(({ weight, gradient, momentum }) => updateParameter(weight, gradient, momentum, options));
  const nextParameters = new Map<string, Tensor>();
  const nextMomenta = new Map<string, Tensor>();
  for (const [i, name] of [...parameters.keys()].entries()) {
    const updated = updates[i];
    if (!updated) continue;
    nextParameters.set(name, updated.weight);
    nextMomenta.set(name, updated.momentum);
  }
  return { parameters: nextParameters, momenta: nextMomenta };
}

function updateParameter(
  weight: Tensor,
  gradient: Tensor,
  buffer: Tensor,
  options: SgdOptions,
): { readonly weight: Tensor; readonly momentum: Tensor } {
  const fused = sgdUpdate(weight, gradient, buffer, options);
  if (fused) return fused;
  return tidy(() => {
    const decayed = add(gradient, mul(weight, options.weightDecay));
    const momentum = add(mul(buffer, options.momentum), decayed);
    return { weight: sub(weight, mul(momentum, options.learningRate)), momentum };
  });
}

/** Momentum buffers of zeros: PyTorch's first step, m = g, follows from them. */
export function zeroMomenta(parameters: TensorMap): TensorMap {
  return mapTensors(parameters, weight => zerosLike(weight));
}

/** Moving average of weights: average <- decay average + (1 - decay) current. */
export function averageWeights(average: TensorMap, current: TensorMap, decay: number): TensorMap {
  const result = new Map<string, Tensor>();
  for (const [name, value] of average) {
    const terms = [
      { tensor: value, weight: decay },
      { tensor: tensorOf(current, name), weight: 1 - decay },
    ] as const;
    result.set(
      name,
      tidy(() => weightedSum([...terms])),
    );
  }
  return result;
}
