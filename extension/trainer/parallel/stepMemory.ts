import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { Model } from '../models/model';
import type { TensorMap } from '../models/tensorMap';
import { parameterSpecs, statisticSpecs, type TensorSpec } from '../models/tensorSpecs';
import type { BatchQuantity } from '../objectives/batchMeans';
import { isPerturbed } from '../step/awp';
import { Barrier } from './barrier';
import { evenParts } from './parts';

/** Memory that the threads of a step share. Plain data, which a worker is given as it is. */
export interface StepMemory {
  readonly barrier: SharedArrayBuffer;
  /** float32 [batch, height, width, channels] */
  readonly images: SharedArrayBuffer;
  /** int32 [batch] */
  readonly labels: SharedArrayBuffer;
  readonly parameters: SharedArrayBuffer;
  /** The running statistics before the step. */
  readonly statistics: SharedArrayBuffer;
  /** Those after it, as the first worker has them. */
  readonly nextStatistics: SharedArrayBuffer;
  readonly quantities: Readonly<Record<BatchQuantity, MeansMemory>>;
}

/** One quantity: each worker's mean over its part of the batch, and the mean over all. */
export interface MeansMemory {
  readonly ofParts: readonly SharedArrayBuffer[];
  readonly ofBatch: SharedArrayBuffer;
}

/** `workers` share batches of `batchSize` images. `perturbed`: whether the step perturbs weights (AWP). */
export function createStepMemory(
  model: Model,
  batchSize: number,
  workers: number,
  { perturbed }: { readonly perturbed: boolean },
): StepMemory {
  const [height, width, channels] = model.inputShape;
  const parameters = count(parameterSpecs(model));
  const ascent = perturbed ? count(parameterSpecs(model).filter(isPerturbed)) : 0;
  const mostChannels = Math.max(0, ...model.batchNorms.map(layer => layer.channels));
  const means = (size: number): MeansMemory => ({
    ofParts: Array.from({ length: workers }, () => numbers(size)),
    ofBatch: numbers(size),
  });
  return {
    barrier: new SharedArrayBuffer(Barrier.bytes),
    images: numbers(batchSize * height * width * channels),
    labels: numbers(batchSize),
    parameters: numbers(parameters),
    statistics: numbers(count(statisticSpecs(model))),
    nextStatistics: numbers(count(statisticSpecs(model))),
    quantities: {
      'last-layer sums': means(2 * model.classes),
      'batch-norm statistics': means(2 * mostChannels),
      ascent: means(ascent),
      gradients: means(parameters),
    },
  };
}

/** Writes the tensors' numbers one after the other. */
export function writeTensors(memory: SharedArrayBuffer, tensors: Iterable<Tensor>): void {
  const target = new Float32Array(memory);
  let place = 0;
  for (const value of tensors) {
    target.set(value.dataSync<'float32'>(), place);
    place += value.size;
  }
}

/** Tensors of these shapes from numbers one after the other. They are copies: the memory may change. */
export function readTensors(
  memory: SharedArrayBuffer,
  like: readonly { readonly shape: readonly number[] }[],
): Tensor[] {
  const source = new Float32Array(memory);
  let place = 0;
  return like.map(({ shape }) => {
    const start = place;
    place += shape.reduce((product, size) => product * size, 1);
    return tensor(source.slice(start, place), [...shape]);
  });
}

export function readMap(memory: SharedArrayBuffer, specs: readonly TensorSpec[]): TensorMap {
  const tensors = readTensors(memory, specs);
  return new Map(tensors.map((value, i) => [specs[i]?.name ?? '', value]));
}

/**
 * Adds up a share of the parts' means, weighted by their examples, in the order of the workers: the same bits whichever worker
 * comes first.
 */
export function addUpShare(
  { ofParts, ofBatch }: MeansMemory,
  weights: readonly number[],
  worker: number,
  size: number,
): void {
  const share = evenParts(size, ofParts.length)[worker];
  if (!share) return;
  const end = share.first + share.examples;
  const sums = new Float32Array(ofBatch);
  const parts = ofParts.map(part => new Float32Array(part));
  const [first = sums, ...others] = parts;
  const [firstWeight = 0, ...otherWeights] = weights;
  for (let i = share.first; i < end; i++) sums[i] = firstWeight * (first[i] ?? 0);
  for (const [k, part] of others.entries()) {
    const weight = otherWeights[k] ?? 0;
    for (let i = share.first; i < end; i++) sums[i] = (sums[i] ?? 0) + weight * (part[i] ?? 0);
  }
}

const numbers = (count: number): SharedArrayBuffer => new SharedArrayBuffer(4 * count);

function count(specs: readonly TensorSpec[]): number {
  return specs.reduce((total, { shape }) => total + shape.reduce((product, size) => product * size, 1), 0);
}
