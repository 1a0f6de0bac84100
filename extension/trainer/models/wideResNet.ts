import type { Model, ParameterSpec } from './model';
import { dense, kaimingFanOut } from './parameterSpecs';
import { type Block, preActivationResNet } from './preActivationResNet';

export interface WideResNetOptions {
  /** 6 n + 4, with n blocks in each of the three groups. */
  readonly depth: number;
  readonly widenFactor: number;
}

/** Channels after the first convolution. */
const stem = 16;

/**
 * WideResNet-depth-widenFactor as in TRADES and RobustBench (Zagoruyko and Komodakis 2016), without dropout.
 * WRN-34-10 with 10 classes: 46,160,474 parameters.
 */
export function wideResNet(
  inputShape: readonly [number, number, number],
  classes: number,
  { depth, widenFactor }: WideResNetOptions,
): Model {
  return preActivationResNet({
    name: `wide-resnet-${depth}-${widenFactor}`,
    inputShape,
    classes,
    initialisation: kaimingFanOut,
    width: stem,
    blocks: listBlocks((depth - 4) / 6, widenFactor),
    names: { shortcut: 'convShortcut', norm: 'bn1', classifier: 'fc' },
    classifier: zeroBias(dense('fc', 64 * widenFactor, classes)),
  });
}

function listBlocks(perGroup: number, widenFactor: number): Block[] {
  const blocks: Block[] = [];
  let inputs = stem;
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

/** The official network zeroes the bias of its last layer. */
function zeroBias(specs: readonly ParameterSpec[]): ParameterSpec[] {
  return specs.map(spec =>
    spec.name.endsWith('.bias') ? { ...spec, initialisation: { kind: 'constant', value: 0 } } : spec,
  );
}
