import { Type } from 'typebox';
import { choice, flag, integer, nullableInteger, nullableText } from './fields';

/** Which images and how they are split. */
export const datasetSchema = Type.Object(
  {
    name: choice(
      {
        mnist:
          'Handwritten digits, 28x28 grey, 60000 for training and 10000 for testing; comes with the program.',
        idx: 'A folder of IDX files (the MNIST format), grey or colour.',
      },
      { meaning: 'The dataset.', source: 'ours', examples: ['mnist', 'idx'] },
    ),
    path: Type.Optional(
      nullableText({
        meaning:
          'Folder of the IDX files, relative to this config file. Required for "idx", refused for "mnist".',
        default: null,
        rule: 'null, no folder',
        source: 'ours',
      }),
    ),
    validationExamples: Type.Optional(
      integer({
        meaning:
          'Training images held out, drawn by the seed: the best checkpoint is chosen by robust accuracy on them, never on the test set.',
        unit: 'images',
        minimum: 0,
        default: 5000,
        source: 'ours; the official RAT code selects on the test set',
      }),
    ),
    trainExamples: Type.Optional(
      nullableInteger({
        meaning:
          'Use only this many of the training images that remain after the held-out ones are taken away.',
        unit: 'images',
        minimum: 1,
        default: null,
        rule: 'null, all of them',
        source: 'ours',
      }),
    ),
    testExamples: Type.Optional(
      nullableInteger({
        meaning: 'Use only this many of the test images.',
        unit: 'images',
        minimum: 1,
        default: null,
        rule: 'null, all of them',
        source: 'ours',
      }),
    ),
    classes: Type.Optional(
      nullableInteger({
        meaning: 'Number of classes of an "idx" dataset.',
        unit: 'classes',
        minimum: 2,
        maximum: 1000,
        default: null,
        rule: 'null, one more than the largest label',
        source: 'ours',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'Which images, and how they are split.',
    examples: [{ name: 'mnist' }],
  },
);

/** Random changes of the training images. */
export const augmentationSchema = Type.Object(
  {
    cropPadding: Type.Optional(
      integer({
        meaning:
          'Pad every side with this many zero pixels and crop a random window of the original size. 4 is usual for CIFAR and SVHN; 0 is off.',
        unit: 'pixels',
        minimum: 0,
        default: 0,
        source: 'ours (off); the official RAT code uses 4 for CIFAR',
      }),
    ),
    flip: Type.Optional(
      flag({
        meaning:
          'Mirror each training image left to right with probability 1/2. Wrong for digits and letters.',
        default: false,
        source: 'ours (off); the official RAT code flips for CIFAR',
      }),
    ),
  },
  { additionalProperties: false, default: {}, description: 'Random changes of the training images.' },
);
