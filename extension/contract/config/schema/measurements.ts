import { Type } from 'typebox';
import { integer, nullableInteger, nullablePositiveFraction, number } from './fields';

const examples = (meaning: string) =>
  nullableInteger({
    meaning,
    unit: 'images',
    minimum: 1,
    default: 1000,
    rule: '1000; null is all of them',
    source: 'ours',
  });

const steps = (usual: number, source: string) =>
  integer({
    meaning: 'Steps of the attack.',
    unit: 'steps',
    minimum: 1,
    maximum: 1000,
    default: usual,
    source,
  });

const stepSize = (rule: string, source: string) =>
  nullablePositiveFraction({
    meaning: 'Length of one step.',
    unit: 'pixel values in [0, 1]',
    default: null,
    rule,
    source,
  });

const restarts = () =>
  integer({
    meaning: 'Attacks from new random starts; an image counts as robust if it withstands all of them.',
    unit: 'attacks',
    minimum: 1,
    maximum: 100,
    default: 1,
    source: 'ours',
  });

/** The one measurement on the test set. */
const finalEvaluationSchema = Type.Object(
  {
    examples: Type.Optional(examples('Test images attacked.')),
    steps: Type.Optional(steps(20, "the RAT paper's evaluation (PGD-20)")),
    stepSize: Type.Optional(
      stepSize('null, which is epsilon / 10', "the RAT paper's evaluation (0.003 at 0.031)"),
    ),
    restarts: Type.Optional(restarts()),
  },
  {
    additionalProperties: false,
    default: {},
    description: 'The measurement of the best checkpoint on the test set, once, when training has ended.',
  },
);

/** Robust accuracy during training. */
export const evaluationSchema = Type.Object(
  {
    everyEpochs: Type.Optional(
      integer({
        meaning: 'Measure clean and robust accuracy on the validation part after every so many epochs.',
        unit: 'epochs',
        minimum: 1,
        default: 1,
        source: 'ours',
      }),
    ),
    examples: Type.Optional(examples('Validation images attacked.')),
    steps: Type.Optional(steps(10, 'Rice et al. 2020 (PGD-10)')),
    stepSize: Type.Optional(stepSize('null, which is epsilon / 4', 'Rice et al. 2020 (2/255 at 8/255)')),
    restarts: Type.Optional(restarts()),
    final: Type.Optional(finalEvaluationSchema),
  },
  { additionalProperties: false, default: {}, description: 'Robust accuracy during and after training.' },
);

/** When to stop before the last epoch. */
export const earlyStoppingSchema = Type.Object(
  {
    patience: Type.Optional(
      integer({
        meaning: 'Stop after this many evaluations without a better validation robust accuracy; 0 is off.',
        unit: 'evaluations',
        minimum: 0,
        default: 0,
        source: 'ours (off); the best checkpoint is kept either way',
      }),
    ),
  },
  { additionalProperties: false, default: {}, description: 'When to stop before the last epoch.' },
);

/** Flatness of the weight-loss landscape during training. */
export const sharpnessSchema = Type.Object(
  {
    everyEpochs: Type.Optional(
      integer({
        meaning: 'Measure expected sharpness after every so many epochs; 0 is off.',
        unit: 'epochs',
        minimum: 0,
        default: 1,
        source: 'ours',
      }),
    ),
    examples: Type.Optional(
      integer({
        meaning: 'Training images the loss is averaged over; the same ones every time.',
        unit: 'images',
        minimum: 1,
        default: 512,
        source: 'ours',
      }),
    ),
    directions: Type.Optional(
      integer({
        meaning: 'Random filter-normalised directions, each walked both ways; the same ones every time.',
        unit: 'directions',
        minimum: 1,
        maximum: 1000,
        default: 8,
        source: 'ours; filter normalisation from Li et al. 2018',
      }),
    ),
    rho: Type.Optional(
      number({
        meaning: 'How far to walk along a direction.',
        unit: "multiples of each filter's norm",
        exclusiveMinimum: 0,
        default: 0.05,
        source: 'ours',
      }),
    ),
  },
  {
    additionalProperties: false,
    default: {},
    description: 'Flatness of the weight-loss landscape during training.',
  },
);

/** Pictures of adversarial examples. */
export const examplesSchema = Type.Object(
  {
    everyEpochs: Type.Optional(
      integer({
        meaning: 'Save a picture of adversarial examples after every so many epochs; 0 is off.',
        unit: 'epochs',
        minimum: 0,
        default: 1,
        source: 'ours',
      }),
    ),
    count: Type.Optional(
      integer({
        meaning: 'Examples in the picture.',
        unit: 'images',
        minimum: 1,
        maximum: 64,
        default: 8,
        source: 'ours',
      }),
    ),
  },
  { additionalProperties: false, default: {}, description: 'Pictures of adversarial examples.' },
);
