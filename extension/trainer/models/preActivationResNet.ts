import type { Tensor } from '@tensorflow/tfjs-core';
import { batchNormRelu, sumBatchNormRelu, type Terms } from './batchNorm';
import { convolution, globalAveragePool, linear } from './layers';
import type { Mode, Model, ParameterSpec } from './model';
import { batchNormSpecs, type ConvInitialisation, conv } from './parameterSpecs';
import type { TensorMap } from './tensorMap';

/** A basic block: two 3x3 convolutions, each after batch norm and ReLU. */
export interface Block {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
}

/** What one such network does not share with another. */
export interface PreActivationResNet {
  readonly name: string;
  readonly inputShape: readonly [number, number, number];
  readonly classes: number;
  /** Of the convolutions. */
  readonly initialisation: ConvInitialisation;
  /** Channels after the first convolution. */
  readonly width: number;
  readonly blocks: readonly Block[];
  /** A block's shortcut convolution, the batch norm after the blocks, the last layer. */
  readonly names: { readonly shortcut: string; readonly norm: string; readonly classifier: string };
  readonly classifier: readonly ParameterSpec[];
}

/**
 * A residual network whose batch norms come before the convolutions (He et al. 2016, "Identity mappings"). Where a block changes
 * the size, its shortcut convolution is fed with the block's first BN-ReLU output.
 */
export function preActivationResNet(network: PreActivationResNet): Model {
  const { name, inputShape, classes, initialisation, width, blocks, names, classifier } = network;
  const features = blocks.at(-1)?.outputs ?? width;
  return {
    name,
    inputShape,
    classes,
    parameters: [
      conv('conv1', inputShape[2], width, 3, initialisation),
      ...blocks.flatMap(block => blockSpecs(network, block)),
      ...batchNormSpecs(names.norm, features),
      ...classifier,
    ],
    batchNorms: [
      ...blocks.flatMap(block => [
        { name: `${block.name}.bn1`, channels: block.inputs },
        { name: `${block.name}.bn2`, channels: block.outputs },
      ]),
      { name: names.norm, channels: features },
    ],
    forward(parameters, statistics, images, mode) {
      const batchStatistics = new Map<string, Tensor>();
      let x: Terms = [convolution(parameters, 'conv1', images, { padding: 1 })];
      for (const block of blocks) {
        x = applyBlock(parameters, statistics, block, names.shortcut, x, mode, batchStatistics);
      }
      const { activated } = sumBatchNormRelu(
        parameters,
        statistics,
        names.norm,
        x,
        mode,
        batchStatistics,
        false,
      );
      const pooled = globalAveragePool(activated);
      return { logits: linear(parameters, names.classifier, pooled), features: pooled, batchStatistics };
    },
  };
}

const hasShortcut = ({ inputs, outputs, stride }: Block): boolean => stride !== 1 || inputs !== outputs;

function applyBlock(
  parameters: TensorMap,
  statistics: TensorMap,
  block: Block,
  shortcutName: string,
  x: Terms,
  mode: Mode,
  batchStatistics: Map<string, Tensor>,
): Terms {
  const { name, stride } = block;
  const { activated, sum } = sumBatchNormRelu(
    parameters,
    statistics,
    `${name}.bn1`,
    x,
    mode,
    batchStatistics,
    !hasShortcut(block),
  );
  const shortcut = sum ?? convolution(parameters, `${name}.${shortcutName}`, activated, { stride });
  let y = convolution(parameters, `${name}.conv1`, activated, { stride, padding: 1 });
  y = batchNormRelu(parameters, statistics, `${name}.bn2`, y, mode, batchStatistics);
  return [convolution(parameters, `${name}.conv2`, y, { padding: 1 }), shortcut];
}

function blockSpecs({ initialisation, names }: PreActivationResNet, block: Block): ParameterSpec[] {
  const { name, inputs, outputs } = block;
  return [
    ...batchNormSpecs(`${name}.bn1`, inputs),
    conv(`${name}.conv1`, inputs, outputs, 3, initialisation),
    ...batchNormSpecs(`${name}.bn2`, outputs),
    conv(`${name}.conv2`, outputs, outputs, 3, initialisation),
    ...(hasShortcut(block) ? [conv(`${name}.${names.shortcut}`, inputs, outputs, 1, initialisation)] : []),
  ];
}
