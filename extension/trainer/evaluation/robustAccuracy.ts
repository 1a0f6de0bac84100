import { keep, type Tensor2D, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import type { Threat } from '../attacks/ball';
import { projectedGradientAscent } from '../attacks/pgd';
import { startingPoint } from '../attacks/startingPoint';
import { batchesOf, gatherBatch } from '../data/batches';
import type { ImageSet } from '../data/dataset';
import { replayed } from '../fused/replayed';
import type { Model } from '../models/model';
import type { TensorMap } from '../models/tensorMap';
import { crossEntropySum } from '../objectives/logSoftmax';
import { normals, uniforms } from '../random/draws';
import { derive, type Key } from '../random/key';
import { oneHotLabels } from '../step/batch';
import { judge } from './predictions';

/** A network to be judged, in eval mode. */
export interface Judged {
  readonly model: Model;
  readonly parameters: TensorMap;
  readonly statistics: TensorMap;
}

export interface PgdOptions {
  readonly steps: number;
  readonly stepSize: number;
  readonly restarts: number;
}

export interface RobustAccuracy {
  readonly examples: number;
  /** Fractions of all examples. An example is robust when it is classified rightly as it is and after every restart. */
  readonly cleanAccuracy: number;
  readonly robustAccuracy: number;
  /** Mean cross-entropy in nats; the robust one takes each example's worst restart. */
  readonly cleanLoss: number;
  readonly robustLoss: number;
}

/**
 * Clean accuracy and accuracy under PGD (cross-entropy, uniform start). The start of an example depends on `key` and its
 * index in the set alone: the result does not depend on the batch size. `beforeBatch` may throw to stop.
 */
export async function measureRobustAccuracy(
  judged: Judged,
  set: ImageSet,
  indices: Uint32Array,
  batchSize: number,
  threat: Threat,
  pgd: PgdOptions,
  key: Key,
  beforeBatch: () => Promise<void>,
): Promise<RobustAccuracy> {
  const sums = { clean: 0, robust: 0, cleanLoss: 0, robustLoss: 0 };
  for (const batch of batchesOf(indices, batchSize)) {
    await beforeBatch();
    const { images, labels } = gatherBatch(set, batch);
    const natural = tensor4d(images, [batch.length, set.height, set.width, set.channels]);
    const clean = await predictAndJudge(judged, natural, labels);
    const robust = clean.correct.slice();
    const worstLoss = clean.losses.slice();
    for (let restart = 0; restart < pgd.restarts; restart++) {
      const adversarial = pgdExamples(judged, natural, labels, batch, threat, pgd, derive(key, restart));
      const { correct, losses } = await predictAndJudge(judged, adversarial, labels);
      adversarial.dispose();
      for (let i = 0; i < batch.length; i++) {
        robust[i] = robust[i] === true && correct[i] === true;
        worstLoss[i] = Math.max(worstLoss[i] ?? 0, losses[i] ?? Number.NaN);
      }
    }
    natural.dispose();
    sums.clean += count(clean.correct);
    sums.robust += count(robust);
    sums.cleanLoss += total(clean.losses);
    sums.robustLoss += total(worstLoss);
  }
  return {
    examples: indices.length,
    cleanAccuracy: sums.clean / indices.length,
    robustAccuracy: sums.robust / indices.length,
    cleanLoss: sums.cleanLoss / indices.length,
    robustLoss: sums.robustLoss / indices.length,
  };
}

/** PGD on cross-entropy from a uniform start that is keyed by each example's index. The result is kept. */
export function pgdExamples(
  { model, parameters, statistics }: Judged,
  natural: Tensor4D,
  labels: Int32Array,
  indices: Uint32Array,
  threat: Threat,
  pgd: Omit<PgdOptions, 'restarts'>,
  key: Key,
): Tensor4D {
  return tidy(() => {
    const oneHot = oneHotLabels(labels, model.classes);
    const start = startingPoint(natural, 'uniform', 0, threat, (kind, size) =>
      perExample(kind, size, indices, key),
    );
    const { steps, stepSize } = pgd;
    const adversarial = replayed(
      model,
      `pgd ${JSON.stringify([threat, steps, stepSize])}`,
      { oneHot, natural, start },
      ({ oneHot, natural, start }) => {
        const loss = (x: Tensor4D) =>
          crossEntropySum(oneHot, model.forward(parameters, statistics, x, 'eval').logits);
        return projectedGradientAscent(loss, natural, start, threat, { steps, stepSize });
      },
      [...parameters.values(), ...statistics.values()],
    );
    return keep(adversarial);
  });
}

function perExample(
  kind: 'gaussian' | 'uniform',
  size: number,
  indices: Uint32Array,
  key: Key,
): Float32Array {
  const each = size / indices.length;
  const draw = kind === 'gaussian' ? normals : uniforms;
  const out = new Float32Array(size);
  for (const [position, index] of indices.entries())
    out.set(draw(derive(key, kind, index), each), position * each);
  return out;
}

async function predictAndJudge(judged: Judged, images: Tensor4D, labels: Int32Array) {
  const logits = predict(judged, images);
  const judgement = judge(await logits.data<'float32'>(), labels);
  logits.dispose();
  return judgement;
}

/** Logits in eval mode: [batch, classes]. */
export function predict({ model, parameters, statistics }: Judged, images: Tensor4D): Tensor2D {
  return tidy(() => model.forward(parameters, statistics, images, 'eval').logits);
}

const count = (flags: readonly boolean[]): number => flags.filter(flag => flag).length;
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
