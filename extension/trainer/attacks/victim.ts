import { keep, type Scalar, type Tensor, type Tensor2D, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { gradientAt } from '../autodiff';
import { identityOf, replayed } from '../fused/replayed';
import type { AttackLoss, ClassRows } from './attackLosses';

/** A classifier as an attack sees it: pixels in [0, 1] in, logits out. Normalisation of the input is its own matter. */
export interface Victim {
  readonly classes: number;
  /** All tensors that `logits` reads; where they are told, an engine may repeat what it was asked before (fused/replayed.ts). */
  readonly weights?: readonly Tensor[];
  /** [batch, height, width, channels] -> [batch, classes]. To be called inside `tidy` or a gradient. */
  logits(images: Tensor4D): Tensor2D;
}

/** `replayed` for a computation that reads the victim's weights and its inputs, and depends on nothing else but the key. */
export function replayedOn<Inputs, Result>(
  victim: Victim,
  key: string,
  inputs: Inputs,
  compute: (inputs: Inputs) => Result,
): Result {
  return victim.weights ? replayed(victim, key, inputs, compute, victim.weights) : compute(inputs);
}

/** One forward pass. The caller disposes of the result. */
export function logitsOf(victim: Victim, images: Tensor4D): Tensor2D {
  return tidy(() => replayedOn(victim, 'logits', images, x => victim.logits(x)));
}

export interface Ascent {
  /** [batch, classes] */
  readonly logits: Tensor2D;
  /** [batch, height, width, channels] */
  readonly gradient: Tensor4D;
}

/**
 * The logits and the gradient of a loss of them with respect to the images, in one forward and one backward pass. The
 * caller disposes of both. The loss depends on its arguments and on what `key` tells apart.
 */
export function logitsAndGradient<Inputs>(
  victim: Victim,
  images: Tensor4D,
  key: string,
  inputs: Inputs,
  loss: (logits: Tensor2D, inputs: Inputs) => Scalar,
): Ascent {
  return replayedOn(victim, key, { images, inputs }, ({ images, inputs }) => {
    const seen: { logits?: Tensor2D } = {};
    const gradient = tidy(() =>
      gradientAt(images, x => {
        const logits = victim.logits(x);
        // A handle of its own: what the victim returns may be a tensor that it keeps for itself.
        seen.logits = keep(logits.clone());
        return loss(logits, inputs);
      }),
    );
    if (!seen.logits) throw new Error('the loss was not computed');
    return { logits: seen.logits, gradient };
  });
}

/** The logits and the gradient of an attack's loss. */
export function attackAscent(
  victim: Victim,
  images: Tensor4D,
  loss: AttackLoss,
  { label, target }: ClassRows,
): Ascent {
  return logitsAndGradient(victim, images, lossKey(loss), { label, target }, (z, rows) => loss.sum(z, rows));
}

/** Tells losses apart. */
export const lossKey = (loss: AttackLoss): string => `loss ${identityOf(loss)}`;
