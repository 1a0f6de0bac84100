import {
  add,
  customGrad,
  matMul,
  reshape,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  tensor4d,
  tidy,
} from '@tensorflow/tfjs-core';
import type { AttackBatch, AttackSetting } from '../../../extension/trainer/attacks/attack';
import type { Threat } from '../../../extension/trainer/attacks/ball';
import { distances } from '../../../extension/trainer/attacks/ball';
import { CleanGradients } from '../../../extension/trainer/attacks/cleanGradients';
import { predictionOf, rankingOf } from '../../../extension/trainer/attacks/logitRows';
import { takeRows } from '../../../extension/trainer/attacks/rows';
import { logitsOf, type Victim } from '../../../extension/trainer/attacks/victim';
import { derive, rootKey } from '../../../extension/trainer/random/key';
import { at, type Matrix, range } from './float64';

/** logits = x W + b for images of so many pixels. `weights`: [classes, pixels]. Its tensors live as long as the tests. */
export function linearVictim(weights: Matrix, biases: readonly number[]): Victim {
  const classes = weights.length;
  const columns = range(at(weights, 0).length).map(pixel => weights.map(row => at(row, pixel)));
  const [w, b] = [tensor2d(columns), tensor2d([[...biases]])];
  return {
    classes,
    weights: [w, b],
    logits: images => add(matMul(reshape(images, [images.shape[0], -1]) as Tensor2D, w), b) as Tensor2D,
  };
}

export const linearLogits64 = (weights: Matrix, biases: readonly number[], x: readonly number[]): number[] =>
  weights.map((row, c) => row.reduce((sum, w, i) => sum + w * at(x, i), at(biases, c)));

/** The victim, and how many examples were sent through it forwards and backwards. */
export function countedVictim(victim: Victim) {
  const counts = { forward: 0, backward: 0 };
  const counted: Victim = {
    classes: victim.classes,
    logits(images) {
      counts.forward += images.shape[0];
      const watched = customGrad((...inputs) => {
        const [x] = inputs as [Tensor4D];
        return {
          value: x.clone(),
          gradFunc: (dy: Tensor) => {
            counts.backward += images.shape[0];
            return [dy];
          },
        };
      })(images) as Tensor4D;
      return victim.logits(watched);
    },
  };
  return { victim: counted, counts };
}

export function settingOf(victim: Victim, threat: Threat, name = 'attack'): AttackSetting {
  const gradients = new CleanGradients(victim, false);
  return {
    victim,
    threat,
    key: derive(rootKey(7), name),
    cleanGradient: batch => gradients.of(batch),
    spend: () => {},
  };
}

/** Images [rows][pixels] as a batch of 1-channel images of this height; the first dataset number is `from`. */
export async function batchOf(
  victim: Victim,
  rows: Matrix,
  height: number,
  labels: readonly number[],
  numbers: readonly number[] = range(rows.length),
): Promise<AttackBatch> {
  const images = tensor4d(rows.flat(), [rows.length, height, at(rows, 0).length / height, 1]);
  const logits = logitsOf(victim, images);
  const values = { values: await logits.data(), classes: victim.classes };
  logits.dispose();
  return {
    images,
    labels: Int32Array.from(labels),
    indices: Uint32Array.from(numbers),
    ranking: rows.map((_, row) => rankingOf(values, row)),
  };
}

/** What the network says of images as they are. */
export async function predictionsOf(victim: Victim, rows: Matrix, height: number): Promise<number[]> {
  const batch = await batchOf(
    victim,
    rows,
    height,
    rows.map(() => 0),
  );
  batch.images.dispose();
  return batch.ranking.map(ranking => at(ranking, 0));
}

export interface Broken {
  readonly row: number;
  readonly distance: number;
  readonly image: readonly number[];
}

/** Rows that the candidate images truly break, with their distances. */
export async function judgeCandidates(
  victim: Victim,
  threat: Threat,
  batch: AttackBatch,
  { rows, images }: { readonly rows: readonly number[]; readonly images?: Tensor4D },
): Promise<Broken[]> {
  if (!images) return [];
  const logits = logitsOf(victim, images);
  const judged = { values: await logits.data(), classes: victim.classes };
  const centre = takeRows(batch.images, rows);
  const lengths = tidy(() => distances(images, centre, threat.norm));
  const sizes = await lengths.data();
  const pixels = await images.data();
  const size = pixels.length / rows.length;
  for (const tensor of [logits, centre, lengths, images]) tensor.dispose();
  return rows.flatMap((row, i) =>
    predictionOf(judged, i) === batch.labels[row]
      ? []
      : [
          {
            row,
            distance: sizes[i] ?? Number.NaN,
            image: [...pixels.slice(i * size, (i + 1) * size)],
          },
        ],
  );
}
