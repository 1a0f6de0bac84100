import {
  add,
  clipByValue,
  div,
  minimum,
  mul,
  sub,
  type Tensor2D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core';
import { oneHotLabels } from '../step/batch';
import { apgdCheckpoints } from './apgdCheckpoints';
import { type AttackBatch, type AttackSetting, type Candidates, Successes } from './attack';
import type { AttackLoss } from './attackLosses';
import { ascentDirection, imageNorms, project, type Threat } from './ball';
import { predictionOf } from './logitRows';
import { chooseRows, countZeroImages, disposeAll, drawImages, perImage, withoutRows } from './rows';
import { unitDraws } from './unitDraws';
import { attackAscent, logitsOf } from './victim';

export const apgdIterations = 100;
/** Units of one run: a gradient at the start and after every iteration but the last, which needs the logits alone. */
export const apgdUnits = 2 * apgdIterations + 1;

const oscillationShare = 0.75;
const momentumWeight = 0.75;

/** What is known of one image under attack. Losses are float64. */
interface Point {
  /** Its row in the batch. */
  readonly row: number;
  readonly label: number;
  readonly target: number;
  stepSize: number;
  loss: number;
  best: number;
  bestAtCheckpoint: number;
  /** Steps since the last checkpoint that raised the loss. */
  rises: number;
  reducedAtCheckpoint: boolean;
}

interface Pixels {
  readonly [name: string]: Tensor4D | Tensor2D;
  readonly centre: Tensor4D;
  readonly x: Tensor4D;
  readonly previous: Tensor4D;
  readonly gradient: Tensor4D;
  readonly bestX: Tensor4D;
  readonly bestGradient: Tensor4D;
  readonly label: Tensor2D;
  readonly target: Tensor2D;
}

/**
 * One run of Auto-PGD: momentum, and a step size that is halved with a restart from the best point where the loss
 * oscillates or stands still. An image is given up as broken at its first misclassified iterate. Source: Croce and Hein,
 * ICML 2020, algorithm 1; constants as in fra31/auto-attack.
 *
 * @param targets the class each example is driven to, for targeted losses
 */
export async function autoPgd(
  setting: AttackSetting,
  batch: AttackBatch,
  loss: AttackLoss,
  targets: Int32Array,
): Promise<Candidates> {
  const { victim, threat, spend } = setting;
  const checkpoints = apgdCheckpoints(apgdIterations);
  const successes = new Successes();
  let points = Array.from(batch.labels, (label, row) => startOf(row, label, targets[row] ?? 0, threat));
  let pixels = firstPixels(setting, batch, targets);
  let zeroGradients = 0;
  try {
    for (let k = 0; k <= apgdIterations; k++) {
      const isLast = k === apgdIterations;
      await spend((isLast ? 1 : 2) * points.length);
      if (k > 0) pixels = advance(pixels, points, threat, k === 1);
      const { logits, gradient } = isLast
        ? { logits: logitsOf(victim, pixels.x), gradient: undefined }
        : attackAscent(victim, pixels.x, loss, pixels);
      const rows = { values: await logits.data<'float32'>(), classes: victim.classes };
      logits.dispose();
      if (gradient) {
        if (k === 0) zeroGradients = await countZeroImages(gradient);
        pixels.gradient.dispose();
        pixels = { ...pixels, gradient };
      }

      const isBroken = points.map(({ label }, row) => predictionOf(rows, row) !== label);
      successes.add(points, pixels.x, isBroken);
      const improved = points.map((point, row) =>
        record(point, loss.value(rows, row, point.label, point.target), k),
      );
      pixels = keepBest(pixels, improved);
      ({ points, tensors: pixels } = withoutRows(points, pixels, isBroken));
      if (points.length === 0) break;
      const interval = checkpoints.get(k);
      if (interval !== undefined)
        pixels = restart(
          pixels,
          points.map(point => reduces(point, interval)),
        );
    }
    return successes.candidates(zeroGradients);
  } catch (error) {
    successes.dispose();
    throw error;
  } finally {
    disposeAll(pixels);
  }
}

function startOf(row: number, label: number, target: number, { epsilon }: Threat): Point {
  return {
    row,
    label,
    target,
    stepSize: 2 * epsilon,
    loss: Number.NEGATIVE_INFINITY,
    best: Number.NEGATIVE_INFINITY,
    bestAtCheckpoint: Number.NEGATIVE_INFINITY,
    rises: 0,
    // At the first checkpoint only the number of rises counts.
    reducedAtCheckpoint: true,
  };
}

/** A start on the sphere of radius epsilon, clipped: x + epsilon t / max|t| (linf), x + epsilon n / ||n|| (l2). */
function firstPixels(
  { victim, threat, key }: AttackSetting,
  { images, indices, labels }: AttackBatch,
  targets: Int32Array,
): Pixels {
  const x = tidy(() => {
    const offset = drawImages(key, indices, images.shape, unitDraws(threat.norm));
    return clipByValue(add(images, mul(offset, threat.epsilon)), 0, 1) as Tensor4D;
  });
  return {
    centre: images.clone(),
    x,
    previous: x.clone(),
    gradient: x.clone(),
    bestX: x.clone(),
    bestGradient: x.clone(),
    label: oneHotLabels(labels, victim.classes),
    target: oneHotLabels(targets, victim.classes),
  };
}

/**
 * z = P(x_k + eta d); x_{k+1} = P(x_k + a (z - x_k) + (1 - a)(x_k - x_{k-1})), with a = 1 at the first step. The old
 * tensors are disposed of.
 */
function advance(pixels: Pixels, points: readonly Point[], threat: Threat, isFirst: boolean): Pixels {
  const { centre, x, previous, gradient } = pixels;
  const next = tidy(() => {
    const step = mul(ascentDirection(gradient, threat.norm), perImage(points.map(point => point.stepSize)));
    const z = projectThenClip(add(x, step), centre, threat);
    if (isFirst) return z;
    const pushed = add(x, mul(sub(z, x), momentumWeight));
    return projectThenClip(add(pushed, mul(sub(x, previous), 1 - momentumWeight)), centre, threat);
  });
  previous.dispose();
  return { ...pixels, x: next, previous: x };
}

/** For l2 the ball first and the box after it, as the official code has it. */
function projectThenClip(x: Tensor4D, centre: Tensor4D, threat: Threat): Tensor4D {
  if (threat.norm === 'linf') return project(x, centre, threat);
  const offset = sub(x, centre) as Tensor4D;
  const length = add(imageNorms(offset), 1e-12);
  const scale = minimum(1, div(threat.epsilon, length));
  return clipByValue(add(centre, mul(offset, scale)), 0, 1) as Tensor4D;
}

/** @returns whether this is the image's best loss so far */
function record(point: Point, loss: number, k: number): boolean {
  if (k > 0 && loss > point.loss) point.rises++;
  point.loss = loss;
  const isBest = k === 0 || loss > point.best;
  if (isBest) point.best = loss;
  if (k === 0) point.bestAtCheckpoint = loss;
  return isBest;
}

function keepBest(pixels: Pixels, improved: readonly boolean[]): Pixels {
  if (!improved.some(is => is)) return pixels;
  const bestX = chooseRows(improved, pixels.x, pixels.bestX);
  const bestGradient = chooseRows(improved, pixels.gradient, pixels.bestGradient);
  pixels.bestX.dispose();
  pixels.bestGradient.dispose();
  return { ...pixels, bestX, bestGradient };
}

/** Decides at a checkpoint whether the step size is halved, and opens the next interval. */
function reduces(point: Point, interval: number): boolean {
  const oscillates = point.rises <= oscillationShare * interval;
  const standsStill = !point.reducedAtCheckpoint && point.bestAtCheckpoint >= point.best;
  point.reducedAtCheckpoint = oscillates || standsStill;
  point.bestAtCheckpoint = point.best;
  point.rises = 0;
  if (point.reducedAtCheckpoint) point.stepSize /= 2;
  return point.reducedAtCheckpoint;
}

function restart(pixels: Pixels, flags: readonly boolean[]): Pixels {
  if (!flags.some(flag => flag)) return pixels;
  const x = chooseRows(flags, pixels.bestX, pixels.x);
  const gradient = chooseRows(flags, pixels.bestGradient, pixels.gradient);
  pixels.x.dispose();
  pixels.gradient.dispose();
  return { ...pixels, x, gradient };
}
