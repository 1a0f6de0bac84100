import { Type } from 'typebox';
import { choice, integer, nullablePositiveFraction, number, positiveFraction } from './fields';

/** What the adversary may do to an image, in training and in evaluation. */
export const threatSchema = Type.Object(
  {
    norm: choice(
      {
        linf: 'Every pixel may change by at most epsilon.',
        l2: "The change's Euclidean length is at most epsilon.",
      },
      {
        meaning: 'The norm that measures a perturbation.',
        source: 'the RAT paper uses linf',
        examples: ['linf', 'l2'],
      },
    ),
    epsilon: positiveFraction({
      meaning: 'Radius of the ball of allowed perturbations.',
      unit: 'pixel values in [0, 1]; "8/255" and 0.031 are different radii',
      source: 'the official RAT code uses 8/255 for CIFAR; TRADES uses 0.3 for MNIST',
      examples: ['8/255', 0.3],
    }),
  },
  {
    additionalProperties: false,
    description: 'What the adversary may do to an image, in training and in evaluation.',
    examples: [{ norm: 'linf', epsilon: '8/255' }],
  },
);

/** The attack that makes the adversarial images of training. */
export const attackSchema = Type.Object(
  {
    steps: Type.Optional(
      integer({
        meaning: 'Ascent steps of projected gradient descent.',
        unit: 'steps',
        minimum: 1,
        maximum: 1000,
        default: 10,
        source: 'the official RAT code; TRADES',
      }),
    ),
    stepSize: Type.Optional(
      nullablePositiveFraction({
        meaning: 'Length of one step.',
        unit: 'pixel values in [0, 1]',
        default: null,
        rule: 'null, which is epsilon / 4 for linf (2/255 at 8/255) and 2 * epsilon / steps, at most epsilon, for l2',
        source: 'the official RAT code (linf); TRADES (l2)',
      }),
    ),
    start: Type.Optional(
      choice(
        {
          gaussian: 'The clean image plus normal noise of standard deviation startSigma.',
          uniform: 'A uniformly drawn point of the epsilon ball.',
          none: 'The clean image itself.',
        },
        {
          meaning: 'Where the attack starts.',
          default: 'gaussian',
          source: 'the official RAT code; TRADES; PGD-AT uses uniform',
        },
      ),
    ),
    startSigma: Type.Optional(
      number({
        meaning: 'Standard deviation of the gaussian start.',
        unit: 'pixel values in [0, 1]',
        minimum: 0,
        default: 0.001,
        source: 'the official RAT code; TRADES',
      }),
    ),
    loss: Type.Optional(
      choice(
        {
          auto: '"kl" for trades, "cross-entropy" for the other objectives.',
          kl: 'KL divergence of the prediction on the attacked image from that on the clean one.',
          'cross-entropy': 'Cross-entropy with the label.',
        },
        {
          meaning: 'What the attack maximises.',
          default: 'auto',
          source: 'the official code of each objective',
        },
      ),
    ),
    batchNorm: Type.Optional(
      choice(
        {
          eval: 'Running statistics, as at test time.',
          train: "The attacked batch's own statistics.",
        },
        {
          meaning: 'Statistics that batch normalisation uses while attacking.',
          default: 'eval',
          source: 'the official RAT code; TRADES; PGD-AT uses train',
        },
      ),
    ),
  },
  {
    additionalProperties: false,
    default: {},
    description: 'The attack that makes the adversarial images of training.',
  },
);
