import { type Batch, epochOrder, gatherBatch } from '../data/batches';
import { derive } from '../random/key';
import type { Workload } from './workload';

/** The batches that a run trains on, augmented: each a function of the seed and the step alone. */
export class TrainingBatches {
  readonly #workload: Workload;
  #ahead: { readonly step: number; readonly batch: Batch } | undefined;
  #order: { readonly epoch: number; readonly indices: Uint32Array } | undefined;

  constructor(workload: Workload) {
    this.#workload = workload;
  }

  of(step: number): Batch {
    return this.#ahead?.step === step ? this.#ahead.batch : this.#gather(step);
  }

  /** So that `of` has it at once: a GPU computes meanwhile, and workers do. */
  gatherAhead(step: number): void {
    this.#ahead = { step, batch: this.#gather(step) };
  }

  #gather(step: number): Batch {
    const { config, dataset, key, stepsPerEpoch } = this.#workload;
    const epoch = Math.floor(step / stepsPerEpoch);
    const place = step % stepsPerEpoch;
    const indices = this.#orderOf(epoch).subarray(place * config.batchSize, (place + 1) * config.batchSize);
    return gatherBatch(dataset.train, indices, config.augmentation, derive(key, 'augmentation', epoch));
  }

  #orderOf(epoch: number): Uint32Array {
    const { train, key } = this.#workload;
    if (this.#order?.epoch !== epoch) this.#order = { epoch, indices: epochOrder(train, key, epoch) };
    return this.#order.indices;
  }
}
