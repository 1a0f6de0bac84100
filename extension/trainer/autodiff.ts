import {
  customGrad,
  dispose,
  engine,
  grad,
  type Scalar,
  type Tensor,
  valueAndGrads,
} from '@tensorflow/tfjs-core';
import type { TensorMap } from './models/tensorMap';

/**
 * The value of a scalar function and its gradients with respect to `parameters`, which `loss` reads as captured tensors.
 * Other results of `loss` survive when it keeps them (`keep`).
 */
export function gradients(
  parameters: TensorMap,
  loss: () => Scalar,
): { readonly value: Scalar; readonly gradients: TensorMap } {
  const names = [...parameters.keys()];
  const { value, grads } = valueAndGrads(() => releasedAsUsed(loss()))([...parameters.values()]);
  const byName = new Map<string, Tensor>();
  names.forEach((name, i) => {
    const gradient = grads[i];
    if (gradient) byName.set(name, gradient);
  });
  return { value: value as Scalar, gradients: byName };
}

/** The gradient of a scalar function at `x`, of its shape. */
export function gradientAt<T extends Tensor>(x: T, loss: (x: T) => Scalar): T {
  return grad(value => releasedAsUsed(loss(value as T)))(x) as T;
}

/** Computes a constant: no gradient flows through what happens inside, and the tape does not grow. */
export function withoutGradient<T extends Tensor>(compute: () => T): T {
  return customGrad(() => ({ value: compute(), gradFunc: () => [] }))() as T;
}

/**
 * TensorFlow.js keeps what a forward pass saved, and every gradient on the way back, until the whole backward pass is over:
 * twice the memory of what is needed at any time. The tape that led to `value` releases both as soon as an operation's inputs
 * have their gradients. Called at the end of the function that is differentiated.
 */
function releasedAsUsed(value: Scalar): Scalar {
  const { activeTape, gradientDepth } = engine().state;
  // The tape of a function within another one that is differentiated is used again.
  if (gradientDepth !== 1) return value;
  let used: (Tensor | null)[] = [];
  for (const node of activeTape) {
    const { gradient, saved = [] } = node;
    if (!gradient) continue;
    node.gradient = dys => {
      dispose(used.filter(tensor => tensor !== null));
      used = [...dys, ...saved];
      return apart(gradient(dys), used);
    };
  }
  return value;
}

type Gradients = Record<string, () => Tensor>;

/** The same gradients, each a tensor of its own: none is one of `used` or another's. */
function apart(gradients: Gradients, used: readonly (Tensor | null)[]): Gradients {
  const taken = new Set(used);
  const owned = Object.entries(gradients).map(([input, compute]) => {
    const computeOwned = () => {
      const gradient = compute();
      if (taken.has(gradient)) return gradient.clone();
      taken.add(gradient);
      return gradient;
    };
    return [input, computeOwned] as const;
  });
  return Object.fromEntries(owned);
}
