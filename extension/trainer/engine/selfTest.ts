import {
  keep,
  norm,
  scalar,
  type Tensor,
  type Tensor4D,
  tensor4d,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { toEngineLayout } from '../checkpoint/layout';
import { initialStatistics } from '../models/initialise';
import { preActResNet } from '../models/preActResNet';
import { type TensorMap, tensorOf, tidyKeeping } from '../models/tensorMap';
import { trades } from '../objectives/trades';
import { zeroMomenta } from '../optim/sgd';
import { rootKey } from '../random/key';
import { oneHotLabels } from '../step/batch';
import { keyedDraws } from '../step/draws';
import type { Recipe } from '../step/recipe';
import { disposeStep, trainingStep } from '../step/trainingStep';
import { type Engine, EngineUnavailable } from './engine';
import reference from './selfTestReference.json';

/** Products of float16 numbers move the figures by up to 1 % (test/bench/gpu/precision.ts). */
const tolerances = { float32: 1e-3, float16: 5e-2 } as const;
const batch = 6;
const side = 8;
const channels = 3;
const classes = 10;
const epsilon = 8 / 255;
const stepSize = 2 / 255;

const recipe: Recipe = {
  model: preActResNet([side, side, channels], classes, { width: 4, blocks: [1, 1, 1, 1] }),
  objective: trades,
  beta: 6,
  threat: { norm: 'linf', epsilon },
  attack: { steps: 3, stepSize, start: 'gaussian', startSigma: 0.001, loss: 'kl', batchNorm: 'eval' },
  taylor: {
    order: 2,
    estimator: 'last-layer',
    alpha: 0.2,
    secondWeight: 0.5,
    sigma: 0,
    sigmaScale: 'absolute',
    draws: 1,
    secondTargets: 'reference',
    batchNormUpdates: 'once',
  },
  noisyAttack: false,
  awpGamma: 0,
};
const sgd = { learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4 };

/**
 * One tiny RAT-TRADES step with closed-form numbers on the current backend, compared with figures that an independent
 * PyTorch program computed in float64 (test/bench/pytorch/self_test_reference.py describes both). The adversarial images
 * are rebuilt from recorded signs, since the sign of a nearly zero gradient is not reproducible.
 * Throws `EngineUnavailable` naming the first figure that is off.
 */
export async function selfTest(engine: Pick<Engine, 'name' | 'device' | 'precision'>): Promise<void> {
  const tolerance = tolerances[engine.precision ?? 'float32'];
  const figures = measure();
  try {
    for (const { name, tensor, expected } of figures) {
      const found = (await tensor.data())[0] ?? Number.NaN;
      if (Math.abs(found - expected) <= tolerance * Math.abs(expected)) continue;
      throw new EngineUnavailable(
        `the ${engine.name} engine on ${engine.device} computes wrongly: ${name} is ${found}, and ${expected} is right`,
        'Update the driver of the device, or use another engine.',
      );
    }
  } finally {
    for (const { tensor } of figures) tensor.dispose();
  }
}

interface Figure {
  readonly name: string;
  readonly tensor: Tensor;
  readonly expected: number;
}

/** Takes the step; the figures are the caller's to dispose of. */
function measure(): Figure[] {
  return tidyKeeping(() => {
    const parameters = closedFormParameters();
    const state = {
      parameters,
      statistics: initialStatistics(recipe.model),
      momenta: zeroMomenta(parameters),
    };
    const { natural, adversarial } = closedFormImages();
    const targets = oneHotLabels(
      Int32Array.from({ length: batch }, (_, i) => i % classes),
      classes,
    );
    const draws = keyedDraws(rootKey(0), 0);
    const result = trainingStep(recipe, state, natural, targets, sgd, draws, adversarial);
    const { total, terms } = result.loss;
    const absent = scalar(Number.NaN);
    const figures: Figure[] = [
      { name: 'total loss', tensor: total, expected: reference.losses.total },
      { name: 'natural loss', tensor: terms.natural, expected: reference.losses.natural },
      { name: 'robust loss', tensor: terms.robust ?? absent, expected: reference.losses.robust },
      { name: 'first Taylor term', tensor: terms.first ?? absent, expected: reference.losses.first },
      { name: 'second Taylor term', tensor: terms.second ?? absent, expected: reference.losses.second },
      ...norms('gradient of', result.gradients, reference.gradientNorms),
      ...norms('updated', result.state.parameters, reference.parameterNormsAfter),
      ...norms('updated', result.state.statistics, reference.statisticsNorms),
    ];
    const measured = figures.map(figure => ({ ...figure, tensor: keep(figure.tensor.clone()) }));
    disposeStep(result);
    return measured;
  });
}

type Norms = Readonly<Record<string, number>>;

function norms(what: string, map: TensorMap, expected: Norms): Figure[] {
  return Object.entries(expected).map(([name, value]) => ({
    name: `${what} ${name}`,
    tensor: norm(tensorOf(map, name)),
    expected: value,
  }));
}

/** sin(12.9898 (i + 1)^2 + 78.233 position) for i = 0, 1, ...: numbers that any language can repeat. */
function wave(count: number, position: number, transform: (value: number) => number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) =>
    transform(Math.sin(12.9898 * ((i + 1) * (i + 1)) + 78.233 * position)),
  );
}

function closedFormParameters(): TensorMap {
  const positions = recipe.model.parameters.map(({ name }) => name).sort();
  const parameters = new Map<string, Tensor>();
  for (const { name, shape } of recipe.model.parameters) {
    const count = shape.reduce((product, size) => product * size, 1);
    const deviation = Math.sqrt((2 * (shape[0] ?? 1)) / count);
    const values = wave(count, positions.indexOf(name), value => {
      if (name.endsWith('bias')) return 0.1 * value;
      return shape.length === 1 ? 1 + 0.1 * value : deviation * value;
    });
    parameters.set(name, toEngineLayout(values, shape));
  }
  return parameters;
}

function closedFormImages(): { natural: Tensor4D; adversarial: Tensor4D } {
  const count = batch * channels * side * side;
  const position = recipe.model.parameters.length;
  const clean = wave(count, position, value => 0.5 + 0.5 * value);
  const start = wave(count, position + 1, value => value);
  const attacked = clean.map((pixel, i) => {
    let x = pixel + recipe.attack.startSigma * (start[i] ?? 0);
    for (const sign of reference.adversarialSteps.slice(3 * i, 3 * i + 3)) {
      x += sign === '+' ? stepSize : sign === '-' ? -stepSize : 0;
      x = Math.min(Math.max(x, pixel - epsilon), pixel + epsilon);
      x = Math.min(Math.max(x, 0), 1);
    }
    return x;
  });
  return { natural: fromPyTorch(clean), adversarial: fromPyTorch(attacked) };
}

/** [batch, channels, height, width] -> [batch, height, width, channels]. */
function fromPyTorch(values: Float32Array): Tensor4D {
  return tidy(() => transpose(tensor4d(values, [batch, channels, side, side]), [0, 2, 3, 1]));
}
