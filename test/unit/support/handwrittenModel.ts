import { add, matMul, mul, reshape, type Tensor, type Tensor2D, tanh } from '@tensorflow/tfjs-core';
import type { Mode, Model } from '../../../extension/trainer/models/model';
import { type TensorMap, tensorOf } from '../../../extension/trainer/models/tensorMap';
import { at, dot, type Matrix, range } from './float64';

/** Curves applied to x W, in both arithmetics. */
export interface Curve {
  readonly tensor: (s: Tensor) => Tensor;
  readonly number: (s: number) => number;
}

/** s + q s^2 + k s^3: its Taylor series in the weights ends. */
export const polynomial = (quadratic: number, cubic: number): Curve => ({
  tensor: s => mul(s, add(1, mul(s, add(quadratic, mul(s, cubic))))),
  number: s => s + quadratic * s ** 2 + cubic * s ** 3,
});

/** Smooth, with a Taylor series that does not end. */
export const smooth: Curve = { tensor: s => tanh(s), number: Math.tanh };

/** logits = curve(x W) for images of `pixels` values; one weight matrix named "w", [classes, pixels] in PyTorch's layout. */
export function curvedModel(pixels: number, classes: number, curve: Curve): Model {
  return {
    name: 'handwritten',
    inputShape: [1, 1, pixels],
    classes,
    parameters: [
      { name: 'conv.w', shape: [classes, pixels], initialisation: { kind: 'constant', value: 0 } },
    ],
    batchNorms: [],
    forward(parameters, _statistics, images) {
      const features = reshape(images, [images.shape[0], pixels]) as Tensor2D;
      const s = matMul(features, tensorOf(parameters, 'conv.w') as Tensor2D);
      return { logits: curve.tensor(s) as Tensor2D, features, batchStatistics: new Map() };
    },
  };
}

/** The same logits in float64. `weights`: [pixels, classes]. */
export function curvedLogits64(images: Matrix, weights: Matrix, curve: Curve): number[][] {
  const columns = range(at(weights, 0).length).map(c => weights.map(row => at(row, c)));
  return images.map(row => columns.map(column => curve.number(dot(row, column))));
}

export interface ForwardCall {
  readonly parameters: TensorMap;
  readonly mode: Mode;
}

/** A model that writes down how it is called. */
export function recorded(model: Model): { readonly model: Model; readonly calls: ForwardCall[] } {
  const calls: ForwardCall[] = [];
  const forward: Model['forward'] = (parameters, statistics, images, mode) => {
    calls.push({ parameters, mode });
    return model.forward(parameters, statistics, images, mode);
  };
  return { model: { ...model, forward }, calls };
}
