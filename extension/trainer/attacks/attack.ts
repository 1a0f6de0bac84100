import { type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import type { Key } from '../random/key';
import type { Threat } from './ball';
import { concatImages, rowsWhere, takeRows } from './rows';
import type { Victim } from './victim';

/** Correctly classified examples under attack. */
export interface AttackBatch {
  /** Number of each example in its dataset: what its random draws are keyed by. */
  readonly indices: Uint32Array;
  /** [batch, height, width, channels] in [0, 1]; the caller disposes of them. */
  readonly images: Tensor4D;
  readonly labels: Int32Array;
  /** Classes by falling clean logit of each example: the first is its label, the second the first target. */
  readonly ranking: readonly (readonly number[])[];
}

export interface AttackSetting {
  readonly victim: Victim;
  readonly threat: Threat;
  /** Key of this pass; every example derives its own from it, so that neither batch size nor order matters. */
  readonly key: Key;
  /**
   * The gradient of cross-entropy at the clean images, each computed once however many attacks ask. The caller disposes
   * of it.
   */
  cleanGradient(batch: AttackBatch): Promise<Tensor4D>;
  /**
   * Told before work of so many units is done: one unit is a forward pass, or a backward pass to the input, of one
   * example. May throw to stop the attack.
   */
  spend(units: number): void | Promise<void>;
}

/** Where an attack may have succeeded. Whoever asked judges these images. */
export interface Candidates {
  /** Rows of the batch, each at most once. */
  readonly rows: readonly number[];
  /** [rows, height, width, channels], within the threat; absent where there are no rows. The caller disposes of it. */
  readonly images?: Tensor4D;
  /** Examples whose first gradient was zero in every pixel. */
  readonly zeroGradients: number;
}

/**
 * An attack. It comes in passes (targets, restarts), each of which is given the examples that are still robust: the caller
 * packs them into full batches again before every pass.
 */
export interface Attack {
  readonly name: string;
  /** Whether it uses gradients, and only one step of them. */
  readonly kind: 'single-step' | 'gradient' | 'black-box';
  readonly passes: number;
  /** Most units an example costs in one pass. */
  readonly unitsPerPass: number;
  /** Where the number of classes forces another loss or fewer targets: what is done instead. */
  readonly note?: string;
  /** @param pass from 0 */
  run(setting: AttackSetting, batch: AttackBatch, pass: number): Promise<Candidates>;
}

/** Gathers the images on which an attack succeeded, as it goes on with the others. */
export class Successes {
  readonly #rows: number[] = [];
  readonly #images: Tensor4D[] = [];

  /** Takes the images of broken points. `points` and `isBroken` are row by row of `images`; a point's own row is the batch's. */
  add(points: readonly { readonly row: number }[], images: Tensor4D, isBroken: readonly boolean[]): void {
    const broken = rowsWhere(isBroken);
    if (broken.length === 0) return;
    this.#rows.push(...broken.map(row => points[row]?.row ?? 0));
    this.#images.push(takeRows(images, broken));
  }

  candidates(zeroGradients: number): Candidates {
    if (this.#images.length === 0) return { rows: [], zeroGradients };
    const images = tidy(() => concatImages(this.#images));
    this.dispose();
    return { rows: this.#rows, images, zeroGradients };
  }

  dispose(): void {
    for (const image of this.#images) image.dispose();
  }
}
