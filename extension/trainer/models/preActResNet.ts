import type { Tensor } from '@tensorflow/tfjs-core';
import { batchNormRelu, sumBatchNormRelu, type Terms } from './batchNorm';
import { convolution, globalAveragePool, linear } from './layers';
import type { Mode, Model, ParameterSpec } from './model';
import { batchNormSpecs, conv, dense, pytorchDefault } from './parameterSpecs';
import type { TensorMap } from './tensorMap';

export interface PreActResNetOptions {
  /** Channels of the first stage; each later one doubles them. 64 in PreActResNet-18. */
  readonly width: number;
  /** Blocks of each stage; [2, 2, 2, 2] in PreActResNet-18. */
  readonly blocks: readonly number[];
}

interface Block {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
}

/**
 * Pre-activation ResNet with basic blocks (He et al. 2016), as in AWP, robust_overfitting and the RAT repository: the
 * shortcut convolution is fed with the BN-ReLU output. PreActResNet-18 with 10 classes: 11,172,170 parameters.
 */
export function preActResNet(
  inputShape: readonly [number, number, number],
  classes: number,
  options: PreActResNetOptions,
): Model {
  const blocks = listBlocks(options);
  const features = blocks.at(-1)?.outputs ?? options.width;
  return {
    name: 'preact-resnet-18',
    inputShape,
    classes,
    parameters: [
      conv('conv1', inputShape[2], options.width, 3, pytorchDefault),
      ...blocks.flatMap(blockSpecs),
      ...batchNormSpecs('bn', features),
      ...dense('linear', features, classes),
    ],
    batchNorms: [
      ...blocks.flatMap(({ name, inputs, outputs }) => [
        { name: `${name}.bn1`, channels: inputs },
        { name: `${name}.bn2`, channels: outputs },
      ]),
      { name: 'bn', channels: features },
    ],
    forward(parameters, statistics, images, mode) {
      const batchStatistics = new Map<string, Tensor>();
      let x: Terms = [convolution(parameters, 'conv1', images, { padding: 1 })];
      for (const block of blocks) x = applyBlock(parameters, statistics, block, x, mode, batchStatistics);
      const { activated } = sumBatchNormRelu(parameters, statistics, 'bn', x, mode, batchStatistics, false);
      const pooled = globalAveragePool(activated);
      return { logits: linear(parameters, 'linear', pooled), features: pooled, batchStatistics };
    },
  };
}

function listBlocks({ width, blocks: perStage }: PreActResNetOptions): Block[] {
  const blocks: Block[] = [];
  let inputs = width;
  perStage.forEach((count, stage) => {
    const outputs = width * 2 ** stage;
    for (let layer = 0; layer < count; layer++) {
      const stride = stage > 0 && layer === 0 ? 2 : 1;
      blocks.push({ name: `layer${stage + 1}.${layer}`, inputs, outputs, stride });
      inputs = outputs;
    }
  });
  return blocks;
}

const hasShortcut = ({ inputs, outputs, stride }: Block): boolean => stride !== 1 || inputs !== outputs;

function applyBlock(
  parameters: TensorMap,
  statistics: TensorMap,
  block: Block,
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
  const shortcut = sum ?? convolution(parameters, `${name}.shortcut.0`, activated, { stride });
  let y = convolution(parameters, `${name}.conv1`, activated, { stride, padding: 1 });
  y = batchNormRelu(parameters, statistics, `${name}.bn2`, y, mode, batchStatistics);
  return [convolution(parameters, `${name}.conv2`, y, { padding: 1 }), shortcut];
}

function blockSpecs(block: Block): ParameterSpec[] {
  const { name, inputs, outputs } = block;
  return [
    ...batchNormSpecs(`${name}.bn1`, inputs),
    conv(`${name}.conv1`, inputs, outputs, 3, pytorchDefault),
    ...batchNormSpecs(`${name}.bn2`, outputs),
    conv(`${name}.conv2`, outputs, outputs, 3, pytorchDefault),
    ...(hasShortcut(block) ? [conv(`${name}.shortcut.0`, inputs, outputs, 1, pytorchDefault)] : []),
  ];
}
