import { type OfficialName, officialDatasets } from './datasets';

/** The published settings as configs: every one trains as it stands once its dataset is here. */
export interface Preset {
  /** Also the config's name: `trades-rat-cifar-10-preact-resnet-18-linf`. */
  readonly name: string;
  /** "TRADES + RAT, CIFAR-10, PreActResNet-18, l_inf 8/255". */
  readonly title: string;
  readonly dataset: OfficialName;
  /** Where each part of the setting is published, and what is ours. */
  readonly sources: readonly string[];
  /** Published figures of this very setting; most have none. */
  readonly expected?: string;
  /** The config, with comments. */
  readonly text: string;
}

type MethodName = 'trades' | 'trades-rat' | 'awp' | 'awp-rat';

const methods: Readonly<Record<MethodName, string>> = {
  trades: 'TRADES',
  'trades-rat': 'TRADES + RAT',
  awp: 'TRADES-AWP',
  'awp-rat': 'TRADES-AWP + RAT',
};

const models = {
  'preact-resnet-18': 'PreActResNet-18',
  'wide-resnet-34-10': 'WRN-34-10',
} as const;

const datasets = { 'cifar-10': 'CIFAR-10', 'cifar-100': 'CIFAR-100', svhn: 'SVHN' } as const;

interface Setting {
  readonly method: MethodName;
  readonly dataset: keyof typeof datasets;
  readonly model: keyof typeof models;
  readonly norm: 'linf' | 'l2';
}

const ratCode = 'github.com/Alexkael/Randomized-Adversarial-Training (Jin et al., CVPR 2023)';
const awpCode = 'github.com/csdongxian/AWP (Wu et al., NeurIPS 2020)';

/** All of them: MNIST, then each dataset with each network, norm and method. */
export const presets: readonly Preset[] = [
  mnistPreset('trades'),
  mnistPreset('trades-rat'),
  originalTrades(),
  ...(['cifar-10', 'cifar-100', 'svhn'] as const).flatMap(dataset =>
    (['preact-resnet-18', 'wide-resnet-34-10'] as const).flatMap(model =>
      (['linf', 'l2'] as const).flatMap(norm =>
        (['trades', 'trades-rat', 'awp', 'awp-rat'] as const).map(method =>
          photographPreset({ method, dataset, model, norm }),
        ),
      ),
    ),
  ),
];

function photographPreset(setting: Setting): Preset {
  const { method, dataset, model, norm } = setting;
  const name = `${method}-${dataset}-${model}-${norm}`;
  const { epsilon, stepSize, evaluationStep } = threatOf(setting);
  const isSvhn = dataset === 'svhn';
  const usesAwp = method === 'awp' || method === 'awp-rat';
  return preset({
    name,
    title: `${methods[method]}, ${datasets[dataset]}, ${models[model]}, ${norm === 'linf' ? 'l_inf' : 'l_2'} ${epsilon}`,
    dataset,
    sources: sourcesOf(setting),
    ...expectedOf(setting),
    sections: [
      ['dataset', { name: dataset }],
      ['model', { name: model }],
      ...(isSvhn ? [] : [['augmentation', { cropPadding: 4, flip: true }] as const]),
      ['threat', { norm, epsilon }],
      ['attack', { steps: 10, ...(stepSize === undefined ? {} : { stepSize }) }],
      ['objective', { name: 'trades', beta: 6 }],
      ['taylor', taylorOf(setting)],
      ...(usesAwp ? [['awp', { gamma: 0.005, warmupEpochs: 10 }] as const] : []),
      ['optimizer', { learningRate: isSvhn ? 0.01 : 0.1, momentum: 0.9, weightDecay: 5e-4 }],
      ['schedule', { name: 'step', milestones: [100, 150], factor: 0.1 }],
      ['epochs', 200],
      ['batchSize', 128],
      ['evaluation', { final: { examples: null, steps: 20, stepSize: evaluationStep } }],
    ],
  });
}

function threatOf({ dataset, norm }: Setting) {
  // Twice the radius over the steps is the default step in l_2, as in TRADES.
  if (norm === 'l2') return { epsilon: '128/255', evaluationStep: '15/255' } as const;
  if (dataset === 'svhn') return { epsilon: '4/255', stepSize: '1/255', evaluationStep: '1/255' } as const;
  return { epsilon: '8/255', stepSize: '2/255', evaluationStep: 0.003 } as const;
}

function taylorOf({ method, model }: Pick<Setting, 'method' | 'model'>): object {
  switch (method) {
    case 'trades':
    case 'awp':
      return { order: 0, sigma: 0 };
    case 'trades-rat':
      return { order: 2, alpha: 0.2, batchNormUpdates: 'reference' };
    case 'awp-rat':
      return {
        order: 2,
        alpha: 0.2,
        ...(model === 'preact-resnet-18' ? { secondWeight: 0.4 } : {}),
      };
  }
}

function sourcesOf({ method, dataset, model, norm }: Setting): string[] {
  const usesRat = method.endsWith('rat');
  const usesAwp = method.startsWith('awp');
  return [
    `Schedule, batch, weight decay${dataset === 'svhn' ? '' : ', augmentation'}: ${ratCode}.`,
    ...(usesRat
      ? [
          `Taylor terms: the same, ${usesAwp ? 'AWP_first_second' : 'TRADES_first_second'}` +
            `${usesAwp && model === 'preact-resnet-18' ? '/train_res18_our.py, with its 0.4 for the second-order term' : ''}.`,
        ]
      : ['Objective: TRADES, github.com/yaodongyu/TRADES (Zhang et al. 2019), beta 6.']),
    ...(usesAwp ? [`Weight perturbation: ${awpCode}, gamma 0.005 after 10 epochs.`] : []),
    ...(norm === 'l2'
      ? ["Radius 128/255: AWP's l_2 runs; step 2 epsilon / steps: TRADES. The combination is ours."]
      : []),
    ...(dataset === 'svhn'
      ? [
          "Learning rate 0.01 without augmentation: AWP's and robust_overfitting's SVHN scripts." +
            `${norm === 'linf' ? ' Radius 4/255 and step 1/255: the RAT repository.' : ''}`,
        ]
      : []),
    'The best checkpoint is chosen on 5000 held-out training images (ours); the official scripts train on all.',
  ];
}

/** Only what RobustBench lists for the method and network; its models were trained by their authors. */
function expectedOf({ method, dataset, model, norm }: Setting): { readonly expected?: string } {
  if (method !== 'awp' || dataset !== 'cifar-10' || model !== 'wide-resnet-34-10' || norm !== 'linf')
    return {};
  return { expected: "RobustBench lists the authors' TRADES-AWP: 85.36 % clean, 56.17 % under AutoAttack." };
}

/** Zhang et al.'s own script, which trains shorter than its successors. */
function originalTrades(): Preset {
  return preset({
    name: 'trades-original-cifar-10-wide-resnet-34-10-linf',
    title: "TRADES by its authors' script, CIFAR-10, WRN-34-10, l_inf 0.031",
    dataset: 'cifar-10',
    sources: [
      'github.com/yaodongyu/TRADES, train_trades_cifar10.py (Zhang et al. 2019).',
      'The best checkpoint is chosen on 5000 held-out training images (ours).',
    ],
    expected:
      "RobustBench lists the authors' model: 84.92 % clean, 53.08 % under AutoAttack (epsilon 0.031).",
    sections: [
      ['dataset', { name: 'cifar-10' }],
      ['model', { name: 'wide-resnet-34-10' }],
      ['augmentation', { cropPadding: 4, flip: true }],
      ['threat', { norm: 'linf', epsilon: 0.031 }],
      ['attack', { steps: 10, stepSize: 0.007 }],
      ['objective', { name: 'trades', beta: 6 }],
      ['taylor', { order: 0, sigma: 0 }],
      ['optimizer', { learningRate: 0.1, momentum: 0.9, weightDecay: 2e-4 }],
      ['schedule', { name: 'step', milestones: [74], factor: 0.1 }],
      ['epochs', 76],
      ['batchSize', 128],
      ['evaluation', { final: { examples: null, steps: 20, stepSize: 0.003 } }],
    ],
  });
}

function mnistPreset(method: 'trades' | 'trades-rat'): Preset {
  return preset({
    name: `${method}-mnist-small-cnn-linf`,
    title: `${methods[method]}, MNIST, small CNN, l_inf 0.3`,
    dataset: 'mnist',
    sources: [
      'github.com/yaodongyu/TRADES, train_trades_mnist.py (Zhang et al. 2019).',
      ...(method === 'trades-rat'
        ? [`Taylor terms as ${ratCode} has them for CIFAR; its authors publish no MNIST setting.`]
        : []),
    ],
    sections: [
      ['dataset', { name: 'mnist' }],
      ['model', { name: 'small-cnn' }],
      ['threat', { norm: 'linf', epsilon: 0.3 }],
      ['attack', { steps: 40, stepSize: 0.01 }],
      ['objective', { name: 'trades', beta: 1 }],
      ['taylor', method === 'trades' ? { order: 0, sigma: 0 } : { order: 2, alpha: 0.2 }],
      ['optimizer', { learningRate: 0.01, momentum: 0.9, weightDecay: 0 }],
      ['schedule', { name: 'step', milestones: [55, 75, 90], factor: 0.1 }],
      ['epochs', 100],
      ['batchSize', 128],
      ['evaluation', { final: { examples: null, steps: 40, stepSize: 0.01 } }],
    ],
  });
}

type Section = readonly [name: string, value: unknown];

function preset({
  sections,
  ...rest
}: Omit<Preset, 'text'> & { readonly sections: readonly Section[] }): Preset {
  const { name, title, dataset, sources, expected } = rest;
  const { files } = officialDatasets[dataset];
  const comments = [
    `${title}.`,
    ...sources,
    ...(expected === undefined ? [] : [expected]),
    ...(files.length === 0
      ? []
      : [`Needs the dataset: "Get Dataset…", or randomized-at data get ${dataset}.`]),
  ];
  const lines = [['name', name] as const, ...sections].map(
    ([section, value]) => `  ${JSON.stringify(section)}: ${inLine(value)}`,
  );
  const text = `${comments.map(comment => `// ${comment}`).join('\n')}\n{\n${lines.join(',\n')}\n}\n`;
  return { ...rest, text };
}

/** A value in one line, with spaces as a person writes them. */
function inLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${inLine(field)}`);
  return `{ ${fields.join(', ')} }`;
}
