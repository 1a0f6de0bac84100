import type { Model } from './model';
import { dense, pytorchDefault } from './parameterSpecs';
import { type Block, preActivationResNet } from './preActivationResNet';

export interface PreActResNetOptions {
  /** Channels of the first stage; each later one doubles them. 64 in PreActResNet-18. */
  readonly width: number;
  /** Blocks of each stage; [2, 2, 2, 2] in PreActResNet-18. */
  readonly blocks: readonly number[];
}

/**
 * Pre-activation ResNet with basic blocks (He et al. 2016), as in AWP, robust_overfitting and the RAT repository.
 * PreActResNet-18 with 10 classes: 11,172,170 parameters.
 */
export function preActResNet(
  inputShape: readonly [number, number, number],
  classes: number,
  options: PreActResNetOptions,
): Model {
  const blocks = listBlocks(options);
  return preActivationResNet({
    name: 'preact-resnet-18',
    inputShape,
    classes,
    initialisation: pytorchDefault,
    width: options.width,
    blocks,
    names: { shortcut: 'shortcut.0', norm: 'bn', classifier: 'linear' },
    classifier: dense('linear', blocks.at(-1)?.outputs ?? options.width, classes),
  });
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
