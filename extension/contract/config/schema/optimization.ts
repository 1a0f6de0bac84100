import { Type } from 'typebox';
import { choice, integer, integerList, nullableNumber, number } from './fields';

/** Stochastic gradient descent as PyTorch does it. */
export const optimizerSchema = Type.Object(
  {
    name: Type.Optional(
      choice(
        { sgd: 'Momentum SGD with weight decay added to the gradient, as in PyTorch.' },
        { meaning: 'The optimizer.', default: 'sgd', source: 'the official RAT code' },
      ),
    ),
    learningRate: Type.Optional(
      number({
        meaning: 'Base learning rate; the schedule multiplies it. For one-cycle it is the peak.',
        exclusiveMinimum: 0,
        default: 0.1,
        source: 'the official RAT code',
      }),
    ),
    momentum: Type.Optional(
      number({
        meaning: 'Momentum m <- momentum * m + gradient.',
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0.9,
        source: 'the official RAT code',
      }),
    ),
    weightDecay: Type.Optional(
      number({
        meaning:
          'Multiple of the weights added to the gradient, on every parameter, batch normalisation included.',
        minimum: 0,
        default: 5e-4,
        source: 'the official RAT code',
      }),
    ),
  },
  {
    additionalProperties: false,
    default: {},
    description: 'Stochastic gradient descent as PyTorch does it.',
  },
);

/** The learning rate over training. */
export const scheduleSchema = Type.Object(
  {
    name: Type.Optional(
      choice(
        {
          step: 'Multiplied by factor at each milestone.',
          cosine: 'Half a cosine from the base rate to finalFraction of it.',
          'one-cycle': 'Up to the peak at peakEpoch, then down to finalFraction of it.',
          constant: 'The base rate throughout.',
        },
        {
          meaning: 'Shape of the learning rate over training.',
          default: 'step',
          source: 'the official RAT code',
        },
      ),
    ),
    milestones: Type.Optional(
      integerList({
        meaning: 'step only: epochs after which the rate is multiplied by factor, increasing.',
        unit: 'epochs',
        default: [100, 150],
        source: 'the official RAT code; Rice et al. 2020',
      }),
    ),
    factor: Type.Optional(
      number({
        meaning: 'step only: what each milestone multiplies the rate by.',
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.1,
        source: 'the official RAT code; PyTorch MultiStepLR (gamma)',
      }),
    ),
    warmupEpochs: Type.Optional(
      number({
        meaning: 'The rate rises linearly from 0 over this many epochs.',
        unit: 'epochs',
        minimum: 0,
        default: 0,
        source: 'ours (off)',
      }),
    ),
    peakEpoch: Type.Optional(
      nullableNumber({
        meaning: 'one-cycle only: when the rate peaks.',
        unit: 'epochs',
        exclusiveMinimum: 0,
        default: null,
        rule: 'null, which is 0.3 * epochs',
        source: 'PyTorch OneCycleLR (pct_start)',
      }),
    ),
    finalFraction: Type.Optional(
      number({
        meaning: 'cosine and one-cycle: the last learning rate as a fraction of the base rate.',
        minimum: 0,
        maximum: 1,
        default: 0,
        source: 'PyTorch CosineAnnealingLR (eta_min)',
      }),
    ),
  },
  { additionalProperties: false, default: {}, description: 'The learning rate over training.' },
);

/** Weight averaging. */
export const emaSchema = Type.Object(
  {
    decay: Type.Optional(
      number({
        meaning:
          'average <- decay * average + (1 - decay) * weights after each step; 0 is off, 0.995 is published.',
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0,
        source: 'ours (off); imrahulr/adversarial_robustness_pytorch uses 0.995',
      }),
    ),
    warmupEpochs: Type.Optional(
      integer({
        meaning: 'Epochs during which the average simply follows the weights.',
        unit: 'epochs',
        minimum: 0,
        default: 0,
        source: 'ours',
      }),
    ),
  },
  { additionalProperties: false, default: {}, description: 'Exponential moving average of the weights.' },
);
