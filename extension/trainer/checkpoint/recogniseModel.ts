import type { ModelConfig } from '../../contract/config';
import { CheckpointError } from './checkpointFiles';
import type { NamedArray } from './namedArray';

type Arrays = ReadonlyMap<string, NamedArray>;

/** A network as its arrays' names and shapes tell it. */
export interface RecognisedModel {
  readonly config: ModelConfig;
  /** [height, width, channels]; of residual networks, which take any size, CIFAR's size. */
  readonly inputShape: readonly [number, number, number];
  readonly classes: number;
}

/** An array that only one of the architectures has; what stands before it are wrappers. */
const marks = {
  'wide-resnet': 'block1.layer.0.conv1.weight',
  'preact-resnet': 'layer1.0.conv1.weight',
  'small-cnn': 'conv4.weight',
  mlp: 'fc.weight',
} as const;

/**
 * Tells the architecture, its widths and its classes from the arrays of a checkpoint, whatever wrappers stand before the
 * names. @returns undefined where they are those of none of our networks
 * @param file its name, for messages
 * @throws CheckpointError when the names are of one of our networks and a shape or an array contradicts it
 */
export function recogniseModel(arrays: Arrays, file: string): RecognisedModel | undefined {
  if (has(arrays, marks['wide-resnet'])) return wideResNet(arrays, file);
  if (has(arrays, marks['preact-resnet'])) return preActResNet(arrays, file);
  if (has(arrays, marks['small-cnn'])) return smallCnn(arrays, file);
  if (has(arrays, marks.mlp)) return mlp(arrays, file);
  return undefined;
}

const endsWith = (name: string, own: string) => name === own || name.endsWith(`.${own}`);

const has = (arrays: Arrays, own: string): boolean => [...arrays.keys()].some(name => endsWith(name, own));

/** The shape of an array that must be there with so many dimensions. The shortest name is the outermost network's. */
function shapeOf(
  arrays: Arrays,
  own: readonly string[],
  dimensions: number,
  file: string,
): readonly number[] {
  const [found] = [...arrays]
    .filter(([name]) => own.some(end => endsWith(name, end)))
    .toSorted(([a], [b]) => a.length - b.length);
  if (!found) {
    throw new CheckpointError(
      `${file} has no array "${own.join('" or "')}", so its network cannot be told. Name it with --model.`,
    );
  }
  const [name, { shape }] = found;
  if (shape.length !== dimensions) {
    throw new CheckpointError(
      `${file}: "${name}" has the shape [${shape.join(', ')}]; expected ${dimensions} dimensions.`,
    );
  }
  return shape;
}

/** How many numbers in sequence, from `first`, make a name that is there. */
function countWhile(arrays: Arrays, first: number, nameOf: (index: number) => string): number {
  let count = 0;
  while (has(arrays, nameOf(first + count))) count++;
  return count;
}

function wideResNet(arrays: Arrays, file: string): RecognisedModel {
  const [, channels = 0] = shapeOf(arrays, ['conv1.weight'], 4, file);
  const [width = 0] = shapeOf(arrays, [marks['wide-resnet']], 4, file);
  const [classes = 0] = shapeOf(arrays, ['fc.weight'], 2, file);
  const depth = 6 * countWhile(arrays, 0, layer => `block1.layer.${layer}.conv1.weight`) + 4;
  if (width % 16 !== 0) {
    throw new CheckpointError(
      `${file}: "${marks['wide-resnet']}" has ${width} filters; a wide ResNet has a multiple of 16 there.`,
    );
  }
  const widenFactor = width / 16;
  const name = `wide-resnet-${depth}-${widenFactor}`;
  return {
    config: { name, family: 'wide-resnet', depth, widenFactor },
    inputShape: [32, 32, channels],
    classes,
  };
}

function preActResNet(arrays: Arrays, file: string): RecognisedModel {
  if (!has(arrays, 'linear.weight') || has(arrays, 'layer2.0.shortcut.1.weight')) {
    throw new CheckpointError(
      `${file} looks like a ResNet with batch norm after its convolutions (torchvision's or RobustBench's "ResNet"), ` +
        'which is none of the networks here. Pre-activation and wide ResNets are read.',
    );
  }
  if (!has(arrays, 'bn.weight')) {
    throw new CheckpointError(
      `${file} is a pre-activation ResNet without a last batch norm ("bn.weight"): RobustBench's first PreActResNet, ` +
        'which computes something else. Those of AWP, robust_overfitting and RAT are read.',
    );
  }
  const [width = 0, channels = 0] = shapeOf(arrays, ['conv1.weight'], 4, file);
  const [classes = 0] = shapeOf(arrays, ['linear.weight'], 2, file);
  const stages = countWhile(arrays, 1, stage => `layer${stage}.0.conv1.weight`);
  const blocks = Array.from({ length: stages }, (_, stage) =>
    countWhile(arrays, 0, layer => `layer${stage + 1}.${layer}.conv1.weight`),
  );
  return {
    config: { name: 'preact-resnet-18', family: 'preact-resnet', width, blocks },
    inputShape: [32, 32, channels],
    classes,
  };
}

function smallCnn(arrays: Arrays, file: string): RecognisedModel {
  const [first = 0, channels = 0] = shapeOf(arrays, ['conv1.weight'], 4, file);
  const [second = 0] = shapeOf(arrays, [marks['small-cnn']], 4, file);
  const [hidden = 0, flattened = 0] = shapeOf(arrays, ['fc1.weight'], 2, file);
  const [classes = 0] = shapeOf(arrays, ['fc.weight', 'fc3.weight'], 2, file);
  const left = Math.sqrt(flattened / second);
  if (!Number.isInteger(left)) {
    throw new CheckpointError(
      `${file}: "fc1.weight" takes ${flattened} values; ${second} channels of a square image do not make them.`,
    );
  }
  // The smallest image of which two convolutions and a pool, twice, leave so many pixels a side: 28 leave 4.
  const side = 4 * left + 12;
  return {
    config: { name: 'small-cnn', family: 'small-cnn', channels: [first, second], hidden },
    inputShape: [side, side, channels],
    classes,
  };
}

/** Images of an MLP are grey or in three colours, and square. */
function mlp(arrays: Arrays, file: string): RecognisedModel {
  const hidden = countWhile(arrays, 1, index => `fc${index}.weight`);
  const shapes = [
    ...Array.from({ length: hidden }, (_, i) => shapeOf(arrays, [`fc${i + 1}.weight`], 2, file)),
    shapeOf(arrays, [marks.mlp], 2, file),
  ];
  const values = shapes[0]?.[1] ?? 0;
  const channels = [1, 3].find(count => Number.isInteger(Math.sqrt(values / count)));
  if (channels === undefined) {
    throw new CheckpointError(
      `${file}: its first layer takes ${values} values, which are no square image of 1 or 3 channels.`,
    );
  }
  const side = Math.sqrt(values / channels);
  return {
    config: { name: 'mlp', family: 'mlp', layers: shapes.slice(0, -1).map(([width = 0]) => width) },
    inputShape: [side, side, channels],
    classes: shapes.at(-1)?.[0] ?? 0,
  };
}
