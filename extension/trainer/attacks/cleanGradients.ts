import type { Tensor4D } from '@tensorflow/tfjs-core';
import { tensor4d } from '@tensorflow/tfjs-core';
import { oneHotLabels } from '../step/batch';
import type { AttackBatch } from './attack';
import { crossEntropyLoss } from './attackLosses';
import { attackAscent, type Victim } from './victim';

/** The gradient of cross-entropy at clean images: FGSM's only gradient and the first one of MIM. */
export class CleanGradients {
  readonly #victim: Victim;
  /** By the example's number; absent where nobody will ask again. */
  readonly #kept: Map<number, Float32Array> | undefined;

  /** @param isShared whether more than one attack asks for the same examples: only then are gradients kept in memory */
  constructor(victim: Victim, isShared: boolean) {
    this.#victim = victim;
    this.#kept = isShared ? new Map() : undefined;
  }

  /** [batch, height, width, channels]; the caller disposes of it. */
  async of({ images, indices, labels }: AttackBatch): Promise<Tensor4D> {
    const known = this.#remembered(indices, images.size / labels.length);
    if (known) return tensor4d(known, images.shape);
    const label = oneHotLabels(labels, this.#victim.classes);
    const { logits, gradient } = attackAscent(this.#victim, images, crossEntropyLoss, {
      label,
      target: label,
    });
    logits.dispose();
    label.dispose();
    if (this.#kept) {
      const values = await gradient.data<'float32'>();
      const size = values.length / indices.length;
      for (const [row, index] of indices.entries()) {
        this.#kept.set(index, values.slice(row * size, (row + 1) * size));
      }
    }
    return gradient;
  }

  #remembered(indices: Uint32Array, size: number): Float32Array | undefined {
    const values = new Float32Array(indices.length * size);
    for (const [row, index] of indices.entries()) {
      const gradient = this.#kept?.get(index);
      if (!gradient) return undefined;
      values.set(gradient, row * size);
    }
    return values;
  }
}
