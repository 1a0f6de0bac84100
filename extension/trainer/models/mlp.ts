import type { Tensor2D } from '@tensorflow/tfjs-core';
import { flattenAsPyTorch, linear, linearRelu } from './layers';
import type { Model } from './model';
import { dense } from './parameterSpecs';
import type { TensorMap } from './tensorMap';

export interface MlpOptions {
  /** Widths of the hidden layers; none makes a linear classifier. */
  readonly layers: readonly number[];
}

/**
 * A multilayer perceptron: the flattened image, hidden layers `fc1`, `fc2`, ... with ReLU, and the output layer `fc`.
 * Starts as PyTorch starts `nn.Linear`. Features are the input of `fc`. No batch norm.
 */
export function mlp(
  inputShape: readonly [number, number, number],
  classes: number,
  { layers }: MlpOptions,
): Model {
  const [height, width, channels] = inputShape;
  const widths = [height * width * channels, ...layers];
  return {
    name: 'mlp',
    inputShape,
    classes,
    batchNorms: [],
    parameters: [
      ...layers.flatMap((outputs, i) => dense(`fc${i + 1}`, widths[i] ?? 0, outputs)),
      ...dense('fc', widths.at(-1) ?? 0, classes),
    ],
    forward(parameters, _statistics, images) {
      let features: Tensor2D = flattenAsPyTorch(images);
      for (const i of layers.keys()) features = linearRelu(parameters, `fc${i + 1}`, features);
      return { logits: linear(parameters, 'fc', features), features, batchStatistics: noStatistics };
    },
  };
}

const noStatistics: TensorMap = new Map();
