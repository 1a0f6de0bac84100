import { add, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import type { Threat } from '../attacks/ball';
import { gradients } from '../autodiff';
import { judge } from '../evaluation/predictions';
import { type Judged, type PgdOptions, pgdExamples, predict } from '../evaluation/robustAccuracy';
import { disposeTensors, mapTensors, type TensorMap, tensorOf } from '../models/tensorMap';
import { crossEntropySum } from '../objectives/logSoftmax';
import type { Key } from '../random/key';
import { oneHotLabels } from '../step/batch';
import type { WeightLoss } from './weightLoss';
import { scaled } from './weightVectors';

/** A batch whose loss is walked over. */
export interface LandscapeBatch {
  readonly images: Tensor4D;
  readonly labels: Int32Array;
}

/** The same with the examples' numbers in their dataset, to which an attack's random start is keyed. */
export interface NumberedBatch extends LandscapeBatch {
  readonly indices: Uint32Array;
}

/** PGD on cross-entropy from a keyed uniform start. */
export interface Adversary {
  readonly threat: Threat;
  readonly pgd: Omit<PgdOptions, 'restarts'>;
  readonly key: Key;
}

/**
 * Called before a batch is worked on, with what it costs in forward passes of one example (a backward pass to the input counts
 * 1, a full one 2). May throw to stop.
 */
export type Spend = (units: number) => Promise<void>;

const gradientUnits = 3;
const attackUnits = ({ pgd }: Adversary): number => 2 * pgd.steps;

/** Units an example of one loss and of one gradient. */
export function lossUnits(adversary: Adversary | undefined) {
  const attack = adversary ? attackUnits(adversary) : 0;
  return { value: 1 + attack, gradient: gradientUnits + attack };
}

/**
 * Mean cross-entropy in eval mode over the batches, as a function of the weights: of the images as they are or, with an
 * adversary, of adversarial ones that are made anew wherever the loss is looked at. The gradient then takes them as
 * constants (Danskin).
 */
export function modelLoss(
  network: Judged,
  batches: readonly NumberedBatch[],
  spend: Spend,
  adversary?: Adversary,
): WeightLoss {
  const units = lossUnits(adversary);
  const examples = batches.reduce((sum, { labels }) => sum + labels.length, 0);
  const images = (judged: Judged, batch: NumberedBatch) =>
    adversary ? attacked(judged, batch, adversary) : batch.images.clone();
  return {
    async at(weights) {
      const judged = { ...network, parameters: weights };
      let total = 0;
      for (const batch of batches) {
        await spend(units.value * batch.labels.length);
        const x = images(judged, batch);
        total += await lossSum(judged, { images: x, labels: batch.labels });
        x.dispose();
      }
      return total / examples;
    },
    async gradientAt(weights) {
      const judged = { ...network, parameters: weights };
      let total: TensorMap | undefined;
      for (const batch of batches) {
        await spend(units.gradient * batch.labels.length);
        const x = images(judged, batch);
        const part = gradientSum(judged, { images: x, labels: batch.labels });
        x.dispose();
        total = total ? consumed(total, part) : part;
      }
      const sum = total ?? new Map<string, Tensor>();
      const mean = scaled(sum, 1 / examples);
      disposeTensors(sum);
      return mean;
    },
  };
}

/** Adversarial versions of the batches at the network's own weights. The caller disposes of the images. */
export async function adversarialBatches(
  network: Judged,
  batches: readonly NumberedBatch[],
  adversary: Adversary,
  spend: Spend,
): Promise<NumberedBatch[]> {
  const made: NumberedBatch[] = [];
  for (const batch of batches) {
    await spend(attackUnits(adversary) * batch.labels.length);
    made.push({ ...batch, images: attacked(network, batch, adversary) });
  }
  return made;
}

function attacked(network: Judged, batch: NumberedBatch, { threat, pgd, key }: Adversary): Tensor4D {
  return pgdExamples(network, batch.images, batch.labels, batch.indices, threat, pgd, key);
}

/** Sum of the batch's cross-entropies, from float64 arithmetic on the logits. */
export async function lossSum(network: Judged, { images, labels }: LandscapeBatch): Promise<number> {
  const logits = predict(network, images);
  const { losses } = judge(await logits.data<'float32'>(), labels);
  logits.dispose();
  return losses.reduce((sum, loss) => sum + loss, 0);
}

function gradientSum(
  { model, parameters, statistics }: Judged,
  { images, labels }: LandscapeBatch,
): TensorMap {
  const names = [...parameters.keys()];
  const tensors = tidy(() => {
    const oneHot = oneHotLabels(labels, model.classes);
    const loss = () => crossEntropySum(oneHot, model.forward(parameters, statistics, images, 'eval').logits);
    const found = gradients(parameters, loss).gradients;
    return names.map(name => tensorOf(found, name));
  });
  return new Map(tensors.map((tensor, i) => [names[i] ?? '', tensor]));
}

/** a + b; both are disposed of. */
function consumed(a: TensorMap, b: TensorMap): TensorMap {
  const sum = mapTensors(a, (tensor, name) => add(tensor, tensorOf(b, name)));
  disposeTensors(a);
  disposeTensors(b);
  return sum;
}
