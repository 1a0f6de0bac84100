import { type Tensor, type Tensor4D, tensor, tensor4d } from '@tensorflow/tfjs-core';
import { parseFraction } from '../../contract/config';
import { toEngineLayout } from '../checkpoint/layout';
import { asFloat32, type NamedArray } from '../checkpoint/namedArray';
import { readSafetensors, SafetensorsError } from '../checkpoint/safetensors';
import type { Model } from '../models/model';
import type { TensorMap } from '../models/tensorMap';
import { wideResNet } from '../models/wideResNet';
import { trades } from '../objectives/trades';
import type { SgdOptions } from '../optim/sgd';
import type { StepDraws } from '../step/draws';
import type { Recipe } from '../step/recipe';

/**
 * A recorded training step of the official PyTorch code: a wide ResNet's weights, momentum buffers, batch and random draws,
 * and everything that came out. PyTorch names and layouts; the metadata holds the settings and loss terms.
 */
export interface GoldenStep {
  readonly file: string;
  readonly recipe: Recipe;
  readonly sgd: SgdOptions;
  /** [batch, height, width, channels] */
  readonly images: Tensor4D;
  readonly labels: Int32Array;
  readonly draws: StepDraws;
  /** Loss terms of the metadata, by their name after "loss.". */
  readonly losses: ReadonlyMap<string, number>;
  /** The tensors whose names begin with this prefix, without it, in the engine's layouts; the caller disposes of them. */
  section(prefix: string): TensorMap;
  /** The same for arrays that are no weights: their axes stay as they are. */
  table(prefix: string): TensorMap;
  /** An array of images, [batch, height, width, channels]. */
  imagesOf(name: string): Tensor4D;
  /** Batch-norm updates of the step, from `num_batches_tracked`. */
  readonly statisticsUpdates: number;
}

/** @throws SafetensorsError when the file is damaged or lacks something */
export async function readGoldenStep(file: string): Promise<GoldenStep> {
  const { arrays, metadata } = await readSafetensors(file);
  const arrayOf = (name: string): NamedArray => {
    const array = arrays.get(name);
    if (!array)
      throw new SafetensorsError(file, `no array "${name}", so this is not a recorded training step`);
    return array;
  };
  const setting = (name: string): number => {
    const text = metadata[name] ?? '';
    const value = text.includes('/') ? parseFraction(text) : Number.parseFloat(text);
    if (Number.isFinite(value)) return value;
    throw new SafetensorsError(file, `metadata "${name}" is "${text}"; a number is needed`);
  };
  const optional = (name: string): number => (name in metadata ? setting(name) : 0);
  const [, channels = 0, height = 0, width = 0] = arrayOf('x').shape;
  const imagesOf = (name: string): Tensor4D =>
    tensor4d(channelsLast(arrayOf(name)), [arrayOf(name).shape[0] ?? 0, height, width, channels]);
  const model = wideResNet([height, width, channels], setting('num_classes'), {
    depth: setting('depth'),
    widenFactor: setting('widen_factor'),
  });
  for (const name of requiredArrays(model)) arrayOf(name);

  return {
    file,
    recipe: recordedRecipe(model, setting, optional),
    sgd: {
      learningRate: setting('lr'),
      momentum: setting('momentum'),
      weightDecay: setting('weight_decay'),
    },
    images: imagesOf('x'),
    labels: Int32Array.from(asFloat32(arrayOf('y'))),
    draws: {
      attackWeights: name => asFloat32(arrayOf(`draw.weights.${name}`)),
      attackStart: () => channelsLast(arrayOf('draw.input')),
      taylorWeights: () => new Float32Array(),
    },
    losses: new Map(
      Object.keys(metadata)
        .filter(name => name.startsWith('loss.'))
        .map(name => [name.slice('loss.'.length), setting(name)]),
    ),
    section: prefix => tensorsUnder(prefix, arrays, array => toEngineLayout(asFloat32(array), array.shape)),
    table: prefix => tensorsUnder(prefix, arrays, array => tensor(asFloat32(array), [...array.shape])),
    imagesOf,
    statisticsUpdates: updatesBetween(arrays),
  };
}

/** RAT-TRADES as the official code does it, with the settings of the file. */
function recordedRecipe(
  model: Model,
  setting: (name: string) => number,
  optional: (name: string) => number,
): Recipe {
  const awpGamma = optional('awp_gamma');
  return {
    model,
    objective: trades,
    beta: setting('beta'),
    threat: { norm: 'linf', epsilon: setting('epsilon') },
    attack: {
      steps: setting('perturb_steps'),
      stepSize: setting('step_size'),
      start: 'gaussian',
      startSigma: setting('input_noise_std'),
      loss: 'kl',
      batchNorm: 'eval',
    },
    taylor: {
      order: 2,
      estimator: 'last-layer',
      alpha: setting('alpha'),
      secondWeight: 0.5,
      sigma: optional('weight_noise_std'),
      sigmaScale: 'absolute',
      draws: 1,
      secondTargets: 'reference',
      batchNormUpdates: awpGamma > 0 ? 'once' : 'reference',
    },
    noisyAttack: optional('weight_noise_std') > 0,
    awpGamma,
  };
}

/** The arrays whose names begin with `prefix`, without it; PyTorch's counters of updates are no tensors here. */
function tensorsUnder(
  prefix: string,
  arrays: ReadonlyMap<string, NamedArray>,
  toTensor: (array: NamedArray) => Tensor,
): TensorMap {
  const tensors = new Map<string, Tensor>();
  for (const [name, array] of arrays) {
    if (!name.startsWith(prefix) || name.endsWith('num_batches_tracked')) continue;
    tensors.set(name.slice(prefix.length), toTensor(array));
  }
  return tensors;
}

/** What every file records of each parameter and statistic: one that is missing would be one that is not compared. */
function requiredArrays({ parameters, batchNorms }: Model): string[] {
  const weights = parameters.map(({ name }) => name);
  const statistics = batchNorms.flatMap(({ name }) => [`${name}.running_mean`, `${name}.running_var`]);
  return [
    ...['before', 'after'].flatMap(when => [...weights, ...statistics].map(name => `${when}.${name}`)),
    ...['momentum', 'grad'].flatMap(what => weights.map(name => `${what}.${name}`)),
  ];
}

function updatesBetween(arrays: ReadonlyMap<string, NamedArray>): number {
  const counter = 'bn1.num_batches_tracked';
  const count = (prefix: string) => {
    const array = arrays.get(`${prefix}.${counter}`);
    return array ? (asFloat32(array)[0] ?? 0) : 0;
  };
  return count('after') - count('before');
}

/** Values of [batch, channels, height, width] in the order of [batch, height, width, channels]. */
function channelsLast(array: NamedArray): Float32Array {
  const [batch = 0, channels = 0, height = 0, width = 0] = array.shape;
  const values = asFloat32(array);
  const pixels = height * width;
  const out = new Float32Array(values.length);
  for (let image = 0; image < batch; image++) {
    for (let channel = 0; channel < channels; channel++) {
      const from = (image * channels + channel) * pixels;
      const to = image * pixels * channels + channel;
      for (let pixel = 0; pixel < pixels; pixel++) out[to + pixel * channels] = values[from + pixel] ?? 0;
    }
  }
  return out;
}
