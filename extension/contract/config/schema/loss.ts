import { Type } from 'typebox';
import { choice, integer, nullableChoice, nullableFraction, number } from './fields';

/** The zeroth-order loss that training minimises. */
export const objectiveSchema = Type.Object(
  {
    name: Type.Optional(
      choice(
        {
          standard: 'Cross-entropy on clean images: no adversarial training.',
          'pgd-at': 'Cross-entropy on adversarial images (Madry et al. 2018).',
          trades: "Cross-entropy on clean images + beta * KL(p(x) || p(x')) (Zhang et al. 2019).",
          mart: 'Boosted cross-entropy on adversarial images + beta * weighted KL (Wang et al. 2020).',
        },
        { meaning: 'The objective.', default: 'trades', source: 'the RAT paper builds on TRADES' },
      ),
    ),
    beta: Type.Optional(
      number({
        meaning: 'Weight of the KL term of trades and mart; larger trades clean accuracy for robustness.',
        minimum: 0,
        default: 6,
        source: 'the official RAT code; TRADES; MART uses 5 or 6',
      }),
    ),
  },
  {
    additionalProperties: false,
    default: {},
    description: 'The loss that training minimises, without Taylor terms.',
  },
);

/** The terms of randomized adversarial training. */
export const taylorSchema = Type.Object(
  {
    order: Type.Optional(
      Type.Unsafe<0 | 1 | 2>({
        ...integer({
          meaning:
            'Highest Taylor order in the loss. 0 is the plain objective (attacked on noisy weights if sigma > 0), 1 adds the first-order term, 2 the second-order term as well.',
          default: 2,
          source: 'the RAT paper',
        }),
        enum: [0, 1, 2],
      }),
    ),
    estimator: Type.Optional(
      choice(
        {
          'last-layer': "The official code's statistics of the last layer's gradient.",
          antithetic: 'Finite differences at w + u and w - u over all convolution and dense weights; ours.',
        },
        {
          meaning: 'How the Taylor terms are estimated.',
          default: 'last-layer',
          source: 'the official RAT code',
        },
      ),
    ),
    alpha: Type.Optional(
      number({
        meaning:
          'Weight of the first-order term; the clean cross-entropy is weighted 1 - alpha, the second-order term alpha * secondWeight.',
        minimum: 0,
        maximum: 1,
        default: 0.2,
        source: 'the official RAT code',
      }),
    ),
    secondWeight: Type.Optional(
      number({
        meaning: 'Weight of the second-order term as a multiple of alpha.',
        minimum: 0,
        default: 0.5,
        source: 'the official RAT code (its ResNet-18 script uses 0.4)',
      }),
    ),
    sigma: Type.Optional(
      nullableFraction({
        meaning:
          'Standard deviation of the weight noise. 0 is no noise; with order 0 that is the plain objective.',
        unit: 'weights (absolute) or multiples of the norm of the filter (filter), as sigmaScale says',
        default: null,
        rule: "null, which is 1e-4 absolute for last-layer and 0.01 of the filter's norm for antithetic",
        source: 'the official RAT code (last-layer); ours (antithetic)',
      }),
    ),
    sigmaScale: Type.Optional(
      nullableChoice(
        {
          absolute: 'The same standard deviation for every weight.',
          filter: "Noise scaled to each output filter's norm (Li et al. 2018).",
        },
        {
          meaning: 'What sigma is relative to.',
          default: null,
          rule: 'null, which is "absolute" for last-layer and "filter" for antithetic',
          source: 'the official RAT code (last-layer); ours (antithetic)',
        },
      ),
    ),
    draws: Type.Optional(
      integer({
        meaning: 'antithetic only: pairs w + u, w - u drawn in a step; each costs two more forward passes.',
        unit: 'draws',
        minimum: 1,
        maximum: 64,
        default: 1,
        source: 'ours',
      }),
    ),
    secondTargets: Type.Optional(
      choice(
        {
          reference: 'Both directions use R(adversarial - natural), as the official code does.',
          symmetric: 'The second direction uses R(natural - adversarial), as in the first-order term.',
        },
        {
          meaning: 'last-layer, order 2 only: sign of the targets of the second-order term.',
          default: 'reference',
          source: 'the official RAT code',
        },
      ),
    ),
    batchNormUpdates: Type.Optional(
      choice(
        {
          once: 'One update for each batch that passes the network: the clean one, then the adversarial one.',
          reference: "The official script's eight updates a step, in its order, in closed form.",
        },
        {
          meaning: 'How often a step updates the running statistics of batch normalisation.',
          default: 'once',
          source: 'ours; the official TRADES script updates eight times',
        },
      ),
    ),
  },
  { additionalProperties: false, default: {}, description: 'The terms of randomized adversarial training.' },
);

/** Adversarial weight perturbation. */
export const awpSchema = Type.Object(
  {
    gamma: Type.Optional(
      number({
        meaning:
          "Size of the adversarial weight perturbation relative to each tensor's norm; 0 is off. TRADES-AWP uses 0.005, AT-AWP 0.01.",
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0,
        source: 'ours (off); Wu et al. 2020 and the official RAT code use 0.005 with TRADES',
      }),
    ),
    warmupEpochs: Type.Optional(
      integer({
        meaning: 'Epochs trained before the perturbation starts.',
        unit: 'epochs',
        minimum: 0,
        default: 10,
        source: "AWP's official code",
      }),
    ),
  },
  {
    additionalProperties: false,
    default: {},
    description: 'Adversarial weight perturbation (Wu et al. 2020).',
  },
);
