import type { Engine } from './engine';
import { type EngineMemory, MemoryExhausted } from './memory';

/** A batch does not fit in an engine's memory; the message says which would. */
export class BatchTooLarge extends Error {
  override readonly name = 'BatchTooLarge';
  readonly batchSize: number;
  /** An estimate; 0 where not even one image fits. */
  readonly batchSizeThatFits: number;

  constructor(message: string, batchSize: number, batchSizeThatFits: number, cause: MemoryExhausted) {
    super(message, { cause });
    this.batchSize = batchSize;
    this.batchSizeThatFits = batchSizeThatFits;
  }
}

export interface BatchWork {
  readonly batchSize: number;
  /** How a person sets another batch size, in a sentence. */
  readonly remedy: string;
  /** Does on a batch of this size what takes most memory, and frees all it made. */
  attempt(batchSize: number): Promise<void> | void;
}

/**
 * The result of `compute`, which works on one batch. Where it exhausts the engine's memory, all that it made is released, smaller
 * batches are tried, and a `BatchTooLarge` is thrown.
 */
export async function explainExhaustion<Result>(
  { name, memory }: Pick<Engine, 'name' | 'memory'>,
  work: BatchWork,
  compute: () => Promise<Result>,
): Promise<Result> {
  const release = memory?.releaser();
  try {
    return await compute();
  } catch (error) {
    if (!(error instanceof MemoryExhausted) || !memory) throw error;
    release?.();
    const found = await largestThatFits(error, memory, work);
    const mend = found
      ? `The largest batchSize that fits is about ${found.fits}, an estimate from the memory that a batch of ${found.tried} took. ${work.remedy}`
      : 'Not even a batchSize of 1 fits: choose a smaller model.';
    const message = `batchSize ${work.batchSize} is too large for the ${name} engine: ${error.message}. ${mend}`;
    throw new BatchTooLarge(message, work.batchSize, found?.fits ?? 0, error);
  }
}

/** Part of the usable memory that is left idle: long runs find it in other pieces than the first steps do. */
const reserve = 0.1;

/**
 * Halves the batch until it fits. What is in use when that batch is gone (parameters, momenta, transformed weights) does not
 * depend on its size; what its peak was above that grows with it. A failing attempt ends before its peak, and measures only
 * how much can be used at all, the pieces between buffers left out. The batch size found from these is tried in turn.
 */
async function largestThatFits(
  error: MemoryExhausted,
  memory: EngineMemory,
  work: BatchWork,
): Promise<{ readonly fits: number; readonly tried: number } | undefined> {
  let usable = error.bytesInUse + error.bytesAvailable;
  const runs = async (batchSize: number) => {
    const exhausted = await exhaustionAt(batchSize, memory, work);
    if (exhausted) usable = Math.min(usable, exhausted.bytesInUse + exhausted.bytesAvailable);
    return !exhausted;
  };
  let tried = work.batchSize >> 1;
  while (tried >= 1 && !(await runs(tried))) tried >>= 1;
  if (tried === 0) return undefined;
  const fixed = memory.bytesInUse;
  const bytesAnImage = (memory.peakBytes - fixed) / tried;
  const estimate = () => Math.floor(((1 - reserve) * usable - fixed) / bytesAnImage);
  let fits = Math.max(1, Math.min(estimate(), work.batchSize - 1));
  while (fits > 1 && !(await runs(fits))) fits = Math.max(1, Math.min(estimate(), fits - 1));
  return { fits, tried };
}

/** Undefined where the batch fits; its peak is then the memory's. */
async function exhaustionAt(
  batchSize: number,
  memory: EngineMemory,
  { attempt }: BatchWork,
): Promise<MemoryExhausted | undefined> {
  const release = memory.releaser();
  memory.restartPeak();
  try {
    await attempt(batchSize);
    return undefined;
  } catch (error) {
    if (!(error instanceof MemoryExhausted)) throw error;
    release();
    return error;
  }
}
