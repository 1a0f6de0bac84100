import { keep, type Scalar, type Tensor2D, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { gradientAt } from '../autodiff';

/** A classifier as an attack sees it: pixels in [0, 1] in, logits out. Normalisation of the input is its own matter. */
export interface Victim {
  readonly classes: number;
  /** [batch, height, width, channels] -> [batch, classes]. To be called inside `tidy` or a gradient. */
  logits(images: Tensor4D): Tensor2D;
}

/** One forward pass. The caller disposes of the result. */
export function logitsOf(victim: Victim, images: Tensor4D): Tensor2D {
  return tidy(() => victim.logits(images));
}

export interface Ascent {
  /** [batch, classes] */
  readonly logits: Tensor2D;
  /** [batch, height, width, channels] */
  readonly gradient: Tensor4D;
}

/**
 * The logits and the gradient of a loss of them with respect to the images, in one forward and one backward pass. The
 * caller disposes of both.
 */
export function logitsAndGradient(
  victim: Victim,
  images: Tensor4D,
  loss: (logits: Tensor2D) => Scalar,
): Ascent {
  const seen: { logits?: Tensor2D } = {};
  const gradient = tidy(() =>
    gradientAt(images, x => {
      const logits = victim.logits(x);
      // A handle of its own: what the victim returns may be a tensor that it keeps for itself.
      seen.logits = keep(logits.clone());
      return loss(logits);
    }),
  );
  if (!seen.logits) throw new Error('the loss was not computed');
  return { logits: seen.logits, gradient };
}
