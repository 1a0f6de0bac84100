import { Type } from 'typebox';
import { choice, flag, integer, nullableInteger, nullableText } from './fields';

/** Which images and how they are split. */
export const datasetSchema = Type.Object(
  {
    name: choice(
      {
        mnist:
          'Handwritten digits, 28x28 grey, 60000 for training and 10000 for testing; comes with the program.',
        'fashion-mnist': 'Clothes, 28x28 grey, 60000 for training and 10000 for testing.',
        'cifar-10': 'Photographs in 10 classes, 32x32 colour, 50000 for training and 10000 for testing.',
        'cifar-100': 'Photographs in 100 classes, 32x32 colour, 50000 for training and 10000 for testing.',
        svhn: 'House numbers, 32x32 colour, 73257 for training and 26032 for testing.',
        images: 'A folder of PNG and JPEG images: train/<class>/* and test/<class>/*.',
        idx: 'A folder of IDX files (the MNIST format), grey or colour.',
      },
      { meaning: 'The dataset.', source: 'ours', examples: ['mnist', 'cifar-10', 'images'] },
    ),
    path: Type.Optional(
      nullableText({
        meaning:
          'Folder of the files (of CIFAR also the .tar.gz), relative to this config file. Required for "idx" and "images", refused for "mnist"; the others are otherwise looked for where "Get Dataset" puts them.',
        default: null,
        rule: 'null, no folder, or the one of "Get Dataset"',
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
    imageSize: Type.Optional(
      nullableInteger({
        meaning: '"images" only: height and width to which every image is brought, see imageFit.',
        unit: 'pixels',
        minimum: 4,
        maximum: 512,
        default: null,
        rule: 'null, images stay as they are and must all have one size',
        source: 'ours',
      }),
    ),
    imageFit: Type.Optional(
      choice(
        {
          crop: 'Scale the shorter side to imageSize and cut out the middle.',
          stretch: 'Scale both sides to imageSize.',
        },
        {
          meaning: '"images" only: how an image is brought to imageSize.',
          default: 'crop',
          source: 'torchvision Resize and CenterCrop',
        },
      ),
    ),
    imageColour: Type.Optional(
      choice(
        {
          rgb: 'Three channels; grey images get equal ones.',
          grey: 'One channel, the luminance of ITU-R 601.',
        },
        { meaning: '"images" only: channels of the images.', default: 'rgb', source: 'ours' },
      ),
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
    cutout: Type.Optional(
      integer({
        meaning:
          'Blacken a square with this side around a random pixel of each training image, cut off at its edges. 0 is off; 16 is usual for CIFAR-10.',
        unit: 'pixels',
        minimum: 0,
        default: 0,
        source: 'ours (off); DeVries and Taylor 2017, arXiv 1708.04552',
      }),
    ),
  },
  { additionalProperties: false, default: {}, description: 'Random changes of the training images.' },
);
