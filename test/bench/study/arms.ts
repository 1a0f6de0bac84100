/** Fields of a config that make one way of training; all else is the same in every arm. */
export interface Arm {
  readonly name: string;
  /** Its row in the table. */
  readonly title: string;
  readonly config: Readonly<Record<string, object>>;
}

const trades = { objective: { name: 'trades', beta: 6 } };
const rat = (taylor: object) => ({ ...trades, taylor });

/**
 * TRADES, the paper's estimator and ours at each order, and a control: order 1 and 2 weight the clean cross-entropy with
 * 1 - alpha = 0.8, and 0.8 CE + 6 KL at learning rate 0.1 is CE + 7.5 KL at 0.08 (with the weight decay over 0.8), step for step.
 */
export const arms: readonly Arm[] = [
  { name: 'trades', title: 'TRADES', config: rat({ order: 0, sigma: 0 }) },
  {
    name: 'trades-control',
    title: 'TRADES, 0.8 CE + 6 KL',
    config: {
      objective: { name: 'trades', beta: 7.5 },
      taylor: { order: 0, sigma: 0 },
      optimizer: { learningRate: 0.08, weightDecay: 6.25e-4 },
    },
  },
  {
    name: 'last-layer-0',
    title: 'RAT, last layer, order 0',
    config: rat({ order: 0 }),
  },
  {
    name: 'last-layer-1',
    title: 'RAT, last layer, order 1',
    config: rat({ order: 1, estimator: 'last-layer' }),
  },
  {
    name: 'last-layer-2',
    title: 'RAT, last layer, order 2',
    config: rat({ order: 2, estimator: 'last-layer' }),
  },
  {
    name: 'antithetic-0',
    title: 'RAT, antithetic, order 0',
    config: rat({ order: 0, sigma: 0.01, sigmaScale: 'filter' }),
  },
  {
    name: 'antithetic-1',
    title: 'RAT, antithetic, order 1',
    config: rat({ order: 1, estimator: 'antithetic' }),
  },
  {
    name: 'antithetic-2',
    title: 'RAT, antithetic, order 2',
    config: rat({ order: 2, estimator: 'antithetic' }),
  },
];

export const seeds = [0, 1, 2] as const;

/** @param images the folder of images, relative to the config */
export function configOf({ name, config }: Arm, seed: number, images: string): object {
  return {
    name: `${name}-seed-${seed}`,
    seed,
    dataset: {
      name: 'images',
      path: images,
      imageSize: 16,
      validationExamples: 500,
      trainExamples: 8000,
    },
    augmentation: { cropPadding: 2, flip: true },
    model: { name: 'wide-resnet-10-1' },
    threat: { norm: 'linf', epsilon: '8/255' },
    attack: { steps: 5, stepSize: '3/255' },
    optimizer: { learningRate: 0.1 },
    schedule: { name: 'cosine' },
    epochs: 4,
    batchSize: 64,
    evaluation: { examples: 500, final: { examples: 1000 } },
    sharpness: { everyEpochs: 0 },
    examples: { everyEpochs: 0 },
    ...config,
  };
}
