import { abs, add, mean, mul, type Scalar, sub, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Mode, Model } from '../models/model';
import type { TensorMap } from '../models/tensorMap';
import type { Branch } from '../objectives/objective';
import type { TaylorTerms } from './lastLayer';
import { displaced } from './weightNoise';

export interface AntitheticInputs {
  readonly model: Model;
  readonly parameters: TensorMap;
  readonly statistics: TensorMap;
  /** Train mode. */
  readonly mode: Mode;
  readonly naturalImages: Tensor4D;
  readonly adversarialImages: Tensor4D;
  readonly natural: Branch;
  readonly adversarial: Branch;
  /** One map of scaled weight noise u for each draw. */
  readonly noises: readonly TensorMap[];
  readonly order: 0 | 1 | 2;
}

/**
 * Our estimator of the Taylor terms, exact to third order in the noise u on all convolution and dense weights, with
 * antithetic forward passes instead of derivatives:
 *
 *   D1(x) = 1/2 [ f_{w+u}(x) - f_{w-u}(x) ],   D2(x) = 1/2 [ f_{w+u}(x) + f_{w-u}(x) ] - f_w(x)
 *
 * The penalties are mean |D1(x) - D1(x')| and mean |D2(x) - D2(x')| over logits and draws. Gradients flow through all
 * passes; u is a constant. Batch norm is in train mode, its running statistics see only the passes at w.
 */
export function antitheticTerms(inputs: AntitheticInputs): TaylorTerms {
  const { model, parameters, statistics, mode, naturalImages, adversarialImages, order, noises } = inputs;
  if (order === 0) return {};
  const logits = (weights: TensorMap, images: Tensor4D): Tensor2D =>
    model.forward(weights, statistics, images, mode).logits;
  const firsts: Scalar[] = [];
  const seconds: Scalar[] = [];
  for (const noise of noises) {
    const plus = displaced(parameters, noise);
    const minus = displaced(parameters, noise, -1);
    // The gap between x and x' is linear in the passes, so it is taken first.
    const gapPlus = sub(logits(plus, naturalImages), logits(plus, adversarialImages));
    const gapMinus = sub(logits(minus, naturalImages), logits(minus, adversarialImages));
    firsts.push(mean(abs(mul(sub(gapPlus, gapMinus), 0.5))));
    if (order === 1) continue;
    const gap = sub(inputs.natural.logits, inputs.adversarial.logits);
    seconds.push(mean(abs(sub(mul(add(gapPlus, gapMinus), 0.5), gap))));
  }
  const first = meanOf(firsts);
  return order === 1 ? { first } : { first, second: meanOf(seconds) };
}

function meanOf(values: readonly Scalar[]): Scalar {
  const total = values.reduce((sum, value) => add(sum, value));
  return mul(total, 1 / values.length);
}
