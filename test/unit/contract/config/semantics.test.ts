import assert from 'node:assert/strict';
import { applyEdits } from 'jsonc-parser';
import {
  checkSemantics,
  type DatasetFacts,
  mnistFacts,
  type SemanticProblem,
} from '../../../../extension/contract/config';
import { editsOfMend } from '../../../../extension/host/config/edits';
import { configOf, onlyProblem, problemsIn, textOf } from './texts';

type Severity = SemanticProblem['severity'];

const linf = (epsilon: number | string) => ({ threat: { norm: 'linf', epsilon } });
const idx = { dataset: { name: 'idx', path: 'data' } };

/** [what, sections, severity, path, message]. */
const rules: readonly (readonly [string, object, Severity, string, RegExp])[] = [
  [
    'an linf epsilon of 8, as /255 is forgotten',
    linf(8),
    'error',
    'threat.epsilon',
    /Did you mean "8\/255"\?/,
  ],
  [
    'an linf epsilon that covers nearly everything',
    linf(0.8),
    'warning',
    'threat.epsilon',
    /holds almost any image/,
  ],
  [
    'a step longer than epsilon',
    { attack: { stepSize: 0.4 } },
    'warning',
    'attack.stepSize',
    /more than epsilon = 0\.3/,
  ],
  [
    'steps that end inside the ball',
    { attack: { steps: 5, stepSize: 0.01 } },
    'warning',
    'attack.stepSize',
    /5 such steps go 0\.05 far/,
  ],
  [
    'weak steps of the evaluation',
    { evaluation: { stepSize: 0.01 } },
    'warning',
    'evaluation.stepSize',
    /weaker than it need be/,
  ],
  [
    'weak steps of the final evaluation',
    { evaluation: { final: { steps: 2 } } },
    'warning',
    'evaluation.final.stepSize',
    /weaker than it need be/,
  ],
  [
    'no held-out images',
    { dataset: { name: 'mnist', validationExamples: 0 } },
    'error',
    'dataset.validationExamples',
    /chosen on held-out/,
  ],
  [
    'as many held-out images as there are',
    { dataset: { name: 'mnist', validationExamples: 60000 } },
    'error',
    'dataset.validationExamples',
    /only 60000 images/,
  ],
  [
    'more training images than remain',
    { dataset: { name: 'mnist', trainExamples: 55001 } },
    'error',
    'dataset.trainExamples',
    /55000 training images remain/,
  ],
  [
    'more test images than there are',
    { dataset: { name: 'mnist', testExamples: 10001 } },
    'error',
    'dataset.testExamples',
    /only 10000 images/,
  ],
  [
    'a batch larger than the training set',
    { dataset: { name: 'mnist', trainExamples: 600 }, batchSize: 601 },
    'error',
    'batchSize',
    /only 600 images/,
  ],
  [
    'sharpness on more images than are trained on',
    { dataset: { name: 'mnist', trainExamples: 300 } },
    'error',
    'sharpness.examples',
    /found 512, but training has only 300/,
  ],
  [
    'an evaluation on more images than are held out',
    { dataset: { name: 'mnist', validationExamples: 500 }, evaluation: { examples: 501 } },
    'warning',
    'evaluation.examples',
    /only 500 images are held out/,
  ],
  [
    'a final evaluation on more images than there are',
    { dataset: { name: 'mnist', testExamples: 100 } },
    'warning',
    'evaluation.final.examples',
    /only 100 test images/,
  ],
  [
    'a folder for MNIST',
    { dataset: { name: 'mnist', path: 'data' } },
    'error',
    'dataset.path',
    /comes with the program/,
  ],
  [
    'classes for MNIST',
    { dataset: { name: 'mnist', classes: 10 } },
    'error',
    'dataset.classes',
    /whose classes are known/,
  ],
  ['mirrored digits', { augmentation: { flip: true } }, 'warning', 'augmentation.flip', /mirrored digit/],
  [
    'padding as wide as the image',
    { augmentation: { cropPadding: 28 } },
    'error',
    'augmentation.cropPadding',
    /28x28/,
  ],
  [
    'a depth no wide ResNet has',
    { model: { name: 'wide-resnet-32-4' } },
    'error',
    'model.name',
    /6n \+ 4 .+ the nearest is 34/,
  ],
  [
    "another model's width",
    { model: { name: 'small-cnn', width: 32 } },
    'error',
    'model.width',
    /setting of preact-resnet models/,
  ],
  [
    "another model's channels",
    { model: { name: 'wide-resnet-16-2', channels: [8, 16] } },
    'error',
    'model.channels',
    /setting of small-cnn models/,
  ],
  [
    'antithetic terms without noise',
    { taylor: { estimator: 'antithetic', sigma: 0 } },
    'error',
    'taylor.sigma',
    /vanish without it/,
  ],
  [
    'absolute antithetic terms without noise',
    { taylor: { estimator: 'antithetic', sigma: 0, sigmaScale: 'absolute', order: 1 } },
    'error',
    'taylor.sigma',
    /vanish without it/,
  ],
  [
    'noise that rounding drowns',
    { taylor: { estimator: 'antithetic', sigma: 1e-4, sigmaScale: 'absolute' } },
    'warning',
    'taylor.sigma',
    /rounding drowns/,
  ],
  [
    'a scale for no noise',
    { taylor: { sigma: 0, sigmaScale: 'filter' } },
    'warning',
    'taylor.sigmaScale',
    /no effect: taylor\.sigma is 0/,
  ],
  [
    'an estimator without terms or noise',
    { taylor: { order: 0, estimator: 'antithetic', sigma: 0 } },
    'warning',
    'taylor.estimator',
    /no effect: taylor\.order is 0/,
  ],
  [
    'a second weight without a second term',
    { taylor: { order: 1, secondWeight: 0.4 } },
    'warning',
    'taylor.secondWeight',
    /no effect/,
  ],
  [
    'second targets of the other estimator',
    { taylor: { estimator: 'antithetic', secondTargets: 'symmetric' } },
    'warning',
    'taylor.secondTargets',
    /no effect/,
  ],
  [
    'draws of the other estimator',
    { taylor: { draws: 4 } },
    'warning',
    'taylor.draws',
    /no effect: it is about antithetic/,
  ],
  [
    "a scale whose sigma is the other one's",
    { taylor: { sigmaScale: 'filter' } },
    'warning',
    'taylor.sigmaScale',
    /meant for "absolute"/,
  ],
  [
    'reference updates with MART',
    {
      model: { name: 'preact-resnet-18' },
      objective: { name: 'mart' },
      taylor: { batchNormUpdates: 'reference' },
    },
    'error',
    'taylor.batchNormUpdates',
    /with objective\.name "mart"/,
  ],
  [
    'reference updates with AWP and order 1',
    {
      model: { name: 'preact-resnet-18' },
      taylor: { order: 1, batchNormUpdates: 'reference' },
      awp: { gamma: 0.005 },
    },
    'error',
    'taylor.batchNormUpdates',
    /taylor\.order 1 and awp\.gamma 0\.005/,
  ],
  [
    'batch normalisation updates without batch normalisation',
    { taylor: { batchNormUpdates: 'reference' } },
    'warning',
    'taylor.batchNormUpdates',
    /the model has no batch normalisation/,
  ],
  [
    'beta without a KL term',
    { objective: { name: 'pgd-at', beta: 1 } },
    'warning',
    'objective.beta',
    /only trades and mart/,
  ],
  [
    'AWP that never starts',
    { awp: { gamma: 0.005 }, epochs: 10 },
    'warning',
    'awp.warmupEpochs',
    /AWP never starts/,
  ],
  [
    'more workers than images in a batch',
    { compute: { workers: 9 }, batchSize: 8 },
    'error',
    'compute.workers',
    /batchSize 8 has no image for each/,
  ],
  [
    'workers on a GPU',
    { compute: { engine: 'webgpu', workers: 2 } },
    'error',
    'compute.workers',
    /webgpu engine cannot be shared/,
  ],
  [
    'float16 on an engine that has none',
    { compute: { engine: 'auto', precision: 'float16' } },
    'error',
    'compute.precision',
    /only the webgpu engine/,
  ],
  [
    'float16 for a network without convolutions',
    { model: { name: 'mlp' }, compute: { engine: 'webgpu', precision: 'float16' } },
    'warning',
    'compute.precision',
    /no convolutions/,
  ],
  [
    'an AWP warm-up without AWP',
    { awp: { warmupEpochs: 5 } },
    'warning',
    'awp.warmupEpochs',
    /awp\.gamma is 0/,
  ],
  [
    'a learning rate that never arrives',
    { schedule: { warmupEpochs: 3 }, epochs: 3 },
    'warning',
    'schedule.warmupEpochs',
    /never reaches its base/,
  ],
  [
    'milestones out of order',
    { schedule: { milestones: [150, 100] } },
    'error',
    'schedule.milestones',
    /must increase/,
  ],
  [
    'milestones after the end',
    { schedule: { milestones: [50] }, epochs: 50 },
    'warning',
    'schedule.milestones',
    /the rate never drops/,
  ],
  [
    'milestones of another schedule',
    { schedule: { name: 'cosine', milestones: [3] } },
    'warning',
    'schedule.milestones',
    /no effect/,
  ],
  [
    'a peak after the end',
    { schedule: { name: 'one-cycle', peakEpoch: 11 }, epochs: 10 },
    'error',
    'schedule.peakEpoch',
    /after the last of 10 epochs/,
  ],
  [
    'an adapter for an engine that has none',
    { compute: { engine: 'wasm', webgpuAdapter: 'NVIDIA' } },
    'warning',
    'compute.webgpuAdapter',
    /the engine is not webgpu/,
  ],
];

describe('Settings that contradict each other', () => {
  for (const [what, sections, severity, path, message] of rules) {
    it(`${what}: one ${severity} at ${path}, and its mend removes it`, () => {
      const text = textOf(sections);
      const problem = onlyProblem(text);
      assert.deepEqual([problem.severity, problem.path], [severity, path]);
      assert.match(problem.message, message);
      assert.ok(problem.mend);
      assert.deepEqual(problemsIn(applyEdits(text, editsOfMend(text, problem.mend))), []);
    });
  }

  it('include an idx dataset without a folder', () => {
    const problem = onlyProblem(textOf({ dataset: { name: 'idx' } }));
    assert.equal(problem.path, 'dataset.path');
    assert.match(problem.message, /needs the path/);
    assert.equal(onlyProblem(textOf({ dataset: { name: 'idx', path: '' } })).path, 'dataset.path');
  });

  it('are shown at the nearest section that is written', () => {
    const text = textOf({ dataset: { name: 'mnist', trainExamples: 300 }, sharpness: {} });
    const { line, column } = onlyProblem(text);
    assert.equal(text.split('\n')[line - 1]?.slice(0, column - 1), '  "sharpness": ');
    const absent = onlyProblem(textOf({ dataset: { name: 'mnist', trainExamples: 300 } }));
    assert.deepEqual([absent.line, absent.column], [1, 1]);
  });
});

describe('Settings that look odd and are fine', () => {
  const fine: readonly (readonly [string, object])[] = [
    ['the last-layer terms without noise', { taylor: { sigma: 0 } }],
    [
      'steps that just reach the border in spite of rounding',
      { ...linf('8/255'), attack: { steps: 4, stepSize: '2/255' } },
    ],
    ['an l2 epsilon above 1', { threat: { norm: 'l2', epsilon: 2 } }],
    ['the default milestones in a short run', { epochs: 3 }],
    [
      'a default written out where it has no effect',
      { objective: { name: 'pgd-at', beta: 6 }, ema: { warmupEpochs: 0 } },
    ],
    [
      'the default evaluation on a smaller held-out part',
      { dataset: { name: 'mnist', validationExamples: 100 } },
    ],
    ['a peak at the very end', { schedule: { name: 'one-cycle', peakEpoch: 10 }, epochs: 10 }],
    [
      'null, which stands for a rule',
      { attack: { stepSize: null }, taylor: { sigma: null, sigmaScale: null } },
    ],
    [
      'the reference updates where they are defined',
      { model: { name: 'wide-resnet-10-1' }, taylor: { batchNormUpdates: 'reference' } },
    ],
    ['an estimator that decides the noise alone', { taylor: { order: 0, estimator: 'antithetic' } }],
    ['one l2 step', { threat: { norm: 'l2', epsilon: 0.5 }, attack: { steps: 1 } }],
  ];
  for (const [what, sections] of fine) {
    it(what, () => assert.deepEqual(problemsIn(textOf(sections)), []));
  }
});

describe('A config against the dataset that was read', () => {
  const facts = (changes: Partial<DatasetFacts>): DatasetFacts => ({ ...mnistFacts, ...changes });
  const found = (sections: object, changes: Partial<DatasetFacts>) =>
    checkSemantics(configOf(textOf({ ...idx, ...sections })), facts(changes)).map(
      ({ severity, path }) => `${severity} ${path}`,
    );

  it('has no problem where everything fits', () => {
    assert.deepEqual(found({}, {}), []);
  });

  it('cannot use the last-layer estimator for two classes, and is told of the other', () => {
    const problems = checkSemantics(configOf(textOf(idx)), facts({ classes: 2 }));
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? '', /kappa = 1 - 2 \/ classes is 0\. Use "antithetic"/);
    assert.deepEqual(found({ taylor: { estimator: 'antithetic' } }, { classes: 2 }), []);
    assert.deepEqual(found({ taylor: { order: 0 } }, { classes: 2 }), []);
  });

  it('knows of two classes without reading the data where the config says so', () => {
    const text = textOf({ dataset: { name: 'idx', path: 'data', classes: 2 } });
    assert.equal(onlyProblem(text).path, 'taylor.estimator');
  });

  it('needs as many classes as there are labels', () => {
    const dataset = { name: 'idx', path: 'data', classes: 5 };
    assert.deepEqual(found({ dataset }, { classes: 6 }), ['error dataset.classes']);
    assert.deepEqual(found({ dataset }, { classes: 4 }), []);
  });

  it('needs images of 16 x 16 for the small CNN: one less in either direction is too small', () => {
    assert.deepEqual(found({}, { height: 16, width: 16 }), []);
    assert.deepEqual(found({}, { height: 15 }), ['error model.name']);
    assert.deepEqual(found({}, { width: 15 }), ['error model.name']);
    assert.deepEqual(found({ model: { name: 'preact-resnet-18' } }, { height: 8, width: 8 }), []);
  });

  it('needs enough images for the split, the batches and the measurements', () => {
    assert.deepEqual(found({}, { trainExamples: 5000 }), ['error dataset.validationExamples']);
    assert.deepEqual(found({}, { trainExamples: 5100 }), ['error batchSize', 'error sharpness.examples']);
    assert.deepEqual(found({ batchSize: 50, sharpness: { everyEpochs: 0 } }, { trainExamples: 5100 }), []);
    assert.deepEqual(found({}, { testExamples: 200 }), ['warning evaluation.final.examples']);
  });
});
