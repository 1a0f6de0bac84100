import { Type } from 'typebox';
import { modelNameExamples, modelNamePattern } from '../modelName';
import { integer, integerList, text } from './fields';

/** The classifier. Fields of one architecture are refused with another. */
export const modelSchema = Type.Object(
  {
    name: text({
      meaning:
        'The architecture: "small-cnn" (four convolutions, for digits), "mlp" (dense layers alone), "preact-resnet-18", or "wide-resnet-<depth>-<widen factor>" with depth = 6n + 4, such as "wide-resnet-34-10".',
      pattern: modelNamePattern,
      patternErrorMessage:
        '"small-cnn", "mlp", "preact-resnet-18" or "wide-resnet-<depth>-<widen factor>" such as "wide-resnet-34-10"',
      source:
        'TRADES (small-cnn), ours (mlp), He et al. 2016 (preact-resnet-18), Zagoruyko and Komodakis 2016 (wide-resnet)',
      examples: [...modelNameExamples],
    }),
    channels: Type.Optional(
      integerList({
        meaning: 'small-cnn only: channels of the first and of the second pair of convolutions.',
        unit: 'channels',
        length: 2,
        default: [32, 64],
        source: "TRADES' MNIST network",
      }),
    ),
    hidden: Type.Optional(
      integer({
        meaning: 'small-cnn only: width of the two hidden dense layers.',
        unit: 'features',
        minimum: 1,
        default: 200,
        source: "TRADES' MNIST network",
      }),
    ),
    layers: Type.Optional(
      integerList({
        meaning:
          'mlp only: widths of the hidden layers, from the image to the output; [] is a linear classifier.',
        unit: 'features',
        default: [256, 256],
        source: 'ours',
      }),
    ),
    width: Type.Optional(
      integer({
        meaning: 'preact-resnet-18 only: channels of the first stage; every later stage doubles them.',
        unit: 'channels',
        minimum: 1,
        default: 64,
        source: 'He et al. 2016; the official RAT code',
      }),
    ),
    blocks: Type.Optional(
      integerList({
        meaning: 'preact-resnet-18 only: residual blocks of each stage.',
        unit: 'blocks',
        default: [2, 2, 2, 2],
        source: 'He et al. 2016; the official RAT code',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'The classifier. Fields of one architecture are refused with another.',
    examples: [{ name: 'small-cnn' }],
  },
);
