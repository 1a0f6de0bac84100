import { createHash } from 'node:crypto';
import { div, sub, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import type { EvaluationSetting, EvaluationWarning } from '../../contract/evaluation';
import type { Victim } from '../attacks/victim';
import { adoptForeignNames, type ForeignWeights } from '../checkpoint/foreignNames';
import { asFloat32, bytesOf, type NamedArray } from '../checkpoint/namedArray';
import type { ImageSet } from '../data/dataset';
import type { Model } from '../models/model';
import { disposeTensors } from '../models/tensorMap';
import { restoreParameters, restoreStatistics } from '../run/snapshot';
import { warningOf } from './warnings';

type Normalisation = NonNullable<EvaluationSetting['normalisation']>;

/** A network with its weights, not yet on any engine. */
export interface Subject {
  readonly model: Model;
  readonly weights: ForeignWeights;
  /** Of the arrays, by name. */
  readonly sha256: string;
}

/**
 * The network of a checkpoint.
 * @throws CheckpointError when its arrays do not fit the model
 */
export function subjectOf(arrays: ReadonlyMap<string, NamedArray>, model: Model, file: string): Subject {
  const weights = adoptForeignNames(arrays, model, file);
  return { model, weights, sha256: digestOf(weights.arrays) };
}

/** Puts the network on the current engine. `dispose` releases it. */
export function uploadSubject(
  { model, weights }: Subject,
  normalisation: Normalisation | undefined,
): { readonly victim: Victim; dispose(): void } {
  const parameters = restoreParameters(model, weights.arrays);
  const statistics = restoreStatistics(model, weights.arrays);
  const layer: Tensor[] = normalisation
    ? [tensor1d([...normalisation.mean]), tensor1d([...normalisation.std])]
    : [];
  const [mean, std] = layer;
  return {
    victim: {
      classes: model.classes,
      weights: [...parameters.values(), ...statistics.values(), ...layer],
      logits(images) {
        const x = mean && std ? (div(sub(images, mean), std) as typeof images) : images;
        return model.forward(parameters, statistics, x, 'eval').logits;
      },
    },
    dispose() {
      disposeTensors(parameters);
      disposeTensors(statistics);
      for (const tensor of layer) tensor.dispose();
    },
  };
}

/** What the weights themselves give reason to doubt. */
export function weightWarnings({ model, weights }: Subject): EvaluationWarning[] {
  const warnings: EvaluationWarning[] = [];
  if (weights.unused.length > 0) {
    const shown = weights.unused.slice(0, 3).join(', ');
    const more = weights.unused.length > 3 ? ` and ${weights.unused.length - 3} more` : '';
    warnings.push(
      warningOf('weights', `The file has arrays that ${model.name} does not use: ${shown}${more}.`),
    );
  }
  if (model.batchNorms.length > 0 && hasInitialStatistics(model, weights)) {
    const found = `All ${model.batchNorms.length} batch-norm layers have running mean 0 and variance 1.`;
    warnings.push(warningOf('untrained-statistics', found));
  }
  return warnings;
}

function hasInitialStatistics(model: Model, { arrays }: ForeignWeights): boolean {
  const holds = (name: string, value: number) => {
    const array = arrays.get(name);
    return array !== undefined && asFloat32(array).every(element => element === value);
  };
  return model.batchNorms.every(
    ({ name }) => holds(`${name}.running_mean`, 0) && holds(`${name}.running_var`, 1),
  );
}

function digestOf(arrays: ReadonlyMap<string, NamedArray>): string {
  const hash = createHash('sha256');
  for (const [name, array] of [...arrays].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name} ${array.dtype} ${array.shape.join()}\n`).update(bytesOf(array));
  }
  return hash.digest('hex');
}

/** Of the evaluated examples: their pixels and labels. */
export function digestOfExamples(set: ImageSet, from: number, to: number): string {
  const size = set.height * set.width * set.channels;
  return createHash('sha256')
    .update(`${set.height} ${set.width} ${set.channels}\n`)
    .update(set.images.subarray(from * size, to * size))
    .update(set.labels.subarray(from, to))
    .digest('hex');
}
