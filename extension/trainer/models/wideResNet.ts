import type { Tensor } from '@tensorflow/tfjs-core';
import { batchNormRelu, sumBatchNormRelu, type Terms } from './batchNorm';
import { convolution, globalAveragePool, linear } from './layers';
import type { Mode, Model, ParameterSpec } from './model';
import { batchNormSpecs, conv, dense, kaimingFanOut } from './parameterSpecs';
import type { TensorMap } from './tensorMap';

export interface WideResNetOptions {
  /** 6 n + 4, with n blocks in each of the three groups. */
  readonly depth: number;
  readonly widenFactor: number;
}

interface Block {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
}

/**
 * WideResNet-depth-widenFactor as in TRADES and RobustBench (Zagoruyko and Komodakis 2016), without dropout.
 * WRN-34-10 with 10 classes: 46,160,474 parameters.
 */
export function wideResNet(
  inputShape: readonly [number, number, number],
  classes: number,
  { depth, widenFactor }: WideResNetOptions,
): Model {
  const blocks = listBlocks((depth - 4) / 6, widenFactor);
  const features = 64 * widenFactor;
  return {
    name: `wide-resnet-${depth}-${widenFactor}`,
    inputShape,
    classes,
    parameters: [
      conv('conv1', inputShape[2], 16, 3, kaimingFanOut),
      ...blocks.flatMap(blockSpecs),
      ...batchNormSpecs('bn1', features),
      ...zeroBias(dense('fc', features, classes)),
    ],
    batchNorms: [
      ...blocks.flatMap(({ name, inputs, outputs }) => [
        { name: `${name}.bn1`, channels: inputs },
        { name: `${name}.bn2`, channels: outputs },
      ]),
      { name: 'bn1', channels: features },
    ],
    forward(parameters, statistics, images, mode) {
      const batchStatistics = new Map<string, Tensor>();
      let x: Terms = [convolution(parameters, 'conv1', images, { padding: 1 })];
      for (const block of blocks) x = applyBlock(parameters, statistics, block, x, mode, batchStatistics);
      const { activated } = sumBatchNormRelu(parameters, statistics, 'bn1', x, mode, batchStatistics, false);
      const pooled = globalAveragePool(activated);
      return { logits: linear(parameters, 'fc', pooled), features: pooled, batchStatistics };
    },
  };
}

function listBlocks(perGroup: number, widenFactor: number): Block[] {
  const blocks: Block[] = [];
  let inputs = 16;
  for (const group of [1, 2, 3]) {
    const outputs = 16 * widenFactor * 2 ** (group - 1);
    for (let layer = 0; layer < perGroup; layer++) {
      const stride = group > 1 && layer === 0 ? 2 : 1;
      blocks.push({ name: `block${group}.layer.${layer}`, inputs, outputs, stride });
      inputs = outputs;
    }
  }
  return blocks;
}

/** Where the width changes, BN-ReLU is applied before the branch, so that the shortcut sees its output as well. */
function applyBlock(
  parameters: TensorMap,
  statistics: TensorMap,
  { name, inputs, outputs, stride }: Block,
  x: Terms,
  mode: Mode,
  batchStatistics: Map<string, Tensor>,
): Terms {
  const { activated, sum } = sumBatchNormRelu(
    parameters,
    statistics,
    `${name}.bn1`,
    x,
    mode,
    batchStatistics,
    inputs === outputs,
  );
  const shortcut = sum ?? convolution(parameters, `${name}.convShortcut`, activated, { stride });
  let y = convolution(parameters, `${name}.conv1`, activated, { stride, padding: 1 });
  y = batchNormRelu(parameters, statistics, `${name}.bn2`, y, mode, batchStatistics);
  return [shortcut, convolution(parameters, `${name}.conv2`, y, { padding: 1 })];
}

function blockSpecs({ name, inputs, outputs }: Block): ParameterSpec[] {
  return [
    ...batchNormSpecs(`${name}.bn1`, inputs),
    conv(`${name}.conv1`, inputs, outputs, 3, kaimingFanOut),
    ...batchNormSpecs(`${name}.bn2`, outputs),
    conv(`${name}.conv2`, outputs, outputs, 3, kaimingFanOut),
    ...(inputs === outputs ? [] : [conv(`${name}.convShortcut`, inputs, outputs, 1, kaimingFanOut)]),
  ];
}

/** The official network zeroes the bias of its last layer. */
function zeroBias(specs: readonly ParameterSpec[]): ParameterSpec[] {
  return specs.map(spec =>
    spec.name.endsWith('.bias') ? { ...spec, initialisation: { kind: 'constant', value: 0 } } : spec,
  );
}
