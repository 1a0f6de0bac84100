import { convolutionRelu, convolutionReluPool, flattenAsPyTorch, linear, linearRelu } from './layers';
import type { Model, ParameterSpec } from './model';
import { conv, dense, kaimingFanIn, startAtZero } from './parameterSpecs';
import type { TensorMap } from './tensorMap';

export interface SmallCnnOptions {
  /** Filters of the first and of the second pair of convolutions. */
  readonly channels: readonly [number, number];
  /** Units of the two hidden dense layers. */
  readonly hidden: number;
}

/**
 * The TRADES MNIST network (`SmallCNN` of yaodongyu/TRADES): two pairs of 3x3 valid convolutions, a 2x2 maximum after each
 * pair, then three dense layers; ReLU throughout. 28x28x1 images, channels 32 and 64, hidden 200: 312,202 parameters.
 * Features are the input of `fc`. No batch norm.
 */
export function smallCnn(
  inputShape: readonly [number, number, number],
  classes: number,
  { channels: [first, second], hidden }: SmallCnnOptions,
): Model {
  const [height, width, inputs] = inputShape;
  const flattened = sizeAfterPools(height) * sizeAfterPools(width) * second;
  return {
    name: 'small-cnn',
    inputShape,
    classes,
    batchNorms: [],
    parameters: [
      ...convWithBias('conv1', inputs, first),
      ...convWithBias('conv2', first, first),
      ...convWithBias('conv3', first, second),
      ...convWithBias('conv4', second, second),
      ...dense('fc1', flattened, hidden),
      ...dense('fc2', hidden, hidden),
      // The official network starts its last layer at zero.
      ...startAtZero(dense('fc', hidden, classes)),
    ],
    forward(parameters, _statistics, images) {
      let x = convolutionRelu(parameters, 'conv1', images);
      x = convolutionReluPool(parameters, 'conv2', x);
      x = convolutionRelu(parameters, 'conv3', x);
      x = convolutionReluPool(parameters, 'conv4', x);
      const hidden1 = linearRelu(parameters, 'fc1', flattenAsPyTorch(x));
      const features = linearRelu(parameters, 'fc2', hidden1);
      return { logits: linear(parameters, 'fc', features), features, batchStatistics: noStatistics };
    },
  };
}

const noStatistics: TensorMap = new Map();

/** Two valid 3x3 convolutions and a 2x2 pool, twice. */
function sizeAfterPools(size: number): number {
  return Math.floor((Math.floor((size - 4) / 2) - 4) / 2);
}

function convWithBias(name: string, inputs: number, outputs: number): ParameterSpec[] {
  return [
    conv(name, inputs, outputs, 3, kaimingFanIn),
    { name: `${name}.bias`, shape: [outputs], initialisation: { kind: 'constant', value: 0 } },
  ];
}
