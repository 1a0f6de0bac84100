import { type Tensor, type TensorInfo, tidy } from '@tensorflow/tfjs-core';
import type { Parts } from '../../fused/replayed';
import type { GpuBackend } from './backend';
import type { BufferPool, BufferSource } from './bufferPool';
import type { Dispatch } from './commands';

/** So many are kept; the one that was not used longest goes first. */
const most = 16;

/** What a computation asked of the GPU, to be asked again without JavaScript's part in it. */
export interface Recording {
  readonly dispatches: Dispatch[];
  /** Buffers for what is made on the way. */
  readonly scratch: BufferSource;
  /** Buffers for arrays from JavaScript, whose content every repetition reads. */
  readonly constants: BufferSource & { freeAll(): void };
  /** It reads arrays that are neither arguments nor made by itself: a repetition would read old ones. */
  foreign: boolean;
  inputs: readonly GPUBuffer[];
  outputs: readonly { readonly buffer: GPUBuffer; readonly info: TensorInfo }[];
  /** Puts tensors in the places of the result. */
  rebuild: (tensors: readonly Tensor[]) => unknown;
}

/**
 * Computations of fixed shapes, recorded the first time and repeated from then on: the arguments are copied to the buffers
 * where the first ones were, the same kernels run with the same bind groups, and the results are copied to new tensors.
 * The copies cost little beside a training step, and nobody sees a tensor change. All recordings share the buffers for what
 * is made on the way, since nothing there lives from one computation to the next.
 */
export class Recordings {
  readonly #backend: GpuBackend;
  readonly #pool: BufferPool;
  #scratch: ReturnType<BufferPool['arena']>;
  #owners = new WeakMap<object, Map<string, Recording>>();
  /** The one used last comes last. */
  readonly #all = new Map<Recording, () => void>();
  current: Recording | undefined;

  constructor(backend: GpuBackend, pool: BufferPool) {
    this.#backend = backend;
    this.#pool = pool;
    this.#scratch = pool.arena();
  }

  /**
   * The results of `compute` for these arguments. `key` and the shapes tell computations of one owner apart: whatever else
   * `compute` depends on must be in it, and what it draws or reads from other tensors must be among the arguments.
   */
  replayed<Result>(
    owner: object,
    key: string,
    inputs: readonly Tensor[],
    compute: (inputs: readonly Tensor[]) => Parts<Result>,
  ): Result {
    const plainly = () => {
      const { tensors, rebuild } = compute(inputs);
      return rebuild(tensors);
    };
    if (this.current) return plainly();
    const signature = `${key} ${inputs.map(({ shape, dtype }) => `${dtype}[${shape}]`).join()}`;
    const known = this.#owners.get(owner)?.get(signature);
    if (!known) return this.#record(owner, signature, inputs, compute);
    if (known.foreign) return plainly();
    return known.rebuild(this.#repeat(known, inputs)) as Result;
  }

  /** Gives up all recordings and their buffers; not the one under way. */
  forget(): void {
    for (const free of this.#all.values()) free();
    this.#all.clear();
    this.#owners = new WeakMap();
    if (this.current) return;
    this.#scratch.dissolve();
    this.#scratch = this.#pool.arena();
  }

  #record<Result>(
    owner: object,
    signature: string,
    inputs: readonly Tensor[],
    compute: (inputs: readonly Tensor[]) => Parts<Result>,
  ): Result {
    const backend = this.#backend;
    const originals = inputs.map(({ dataId }) => backend.bufferOf(dataId));
    const recording: Recording = {
      dispatches: [],
      scratch: this.#scratch,
      constants: constantsOf(this.#pool),
      foreign: false,
      inputs: [],
      outputs: [],
      rebuild: () => undefined,
    };
    this.current = recording;
    try {
      const results = tidy(() => {
        const arguments_ = inputs.map(input => {
          const info = backend.output(input.shape, input.dtype);
          return { tensor: backend.tensorOf(info), buffer: backend.bufferOf(info.dataId) };
        });
        recording.inputs = arguments_.map(({ buffer }) => buffer);
        for (const [i, original] of originals.entries()) {
          backend.copy(original, recording.inputs[i] as GPUBuffer, inputs[i] as Tensor);
        }
        const { tensors: outputs, rebuild } = compute(arguments_.map(({ tensor }) => tensor));
        recording.rebuild = rebuild;
        recording.outputs = outputs.map(({ dataId, shape, dtype }) => ({
          buffer: backend.bufferOf(dataId),
          info: { dataId: {}, shape, dtype },
        }));
        this.current = undefined;
        const collected = this.#collect(recording);
        // What `compute` kept would stay in the buffers of the recording.
        for (const output of outputs) if (output.kept) output.dispose();
        return collected;
      });
      this.#remember(owner, signature, recording);
      return recording.rebuild(results) as Result;
    } catch (error) {
      recording.constants.freeAll();
      throw error;
    } finally {
      this.current = undefined;
    }
  }

  #remember(owner: object, signature: string, recording: Recording): void {
    const ofOwner = this.#owners.get(owner) ?? new Map<string, Recording>();
    this.#owners.set(owner, ofOwner.set(signature, recording));
    const free = () => {
      ofOwner.delete(signature);
      recording.constants.freeAll();
    };
    if (recording.foreign) {
      recording.constants.freeAll();
      recording.dispatches.length = 0;
      return;
    }
    this.#all.set(recording, free);
    const [oldest] = this.#all;
    if (this.#all.size <= most || !oldest) return;
    oldest[1]();
    this.#all.delete(oldest[0]);
  }

  #repeat(recording: Recording, inputs: readonly Tensor[]): Tensor[] {
    const backend = this.#backend;
    const free = this.#all.get(recording);
    if (free) {
      this.#all.delete(recording);
      this.#all.set(recording, free);
    }
    backend.health.check();
    for (const [i, input] of inputs.entries()) {
      backend.copy(backend.bufferOf(input.dataId), recording.inputs[i] as GPUBuffer, input);
    }
    for (const dispatch of recording.dispatches) backend.commands.dispatch(dispatch);
    return this.#collect(recording);
  }

  #collect({ outputs }: Recording): Tensor[] {
    const backend = this.#backend;
    return outputs.map(({ buffer, info }) => {
      const result = backend.output(info.shape, info.dtype);
      backend.copy(buffer, backend.bufferOf(result.dataId), result);
      return backend.tensorOf(result);
    });
  }
}

/** Buffers of the pool that are given back together, and not one by one. */
function constantsOf(pool: BufferPool): Recording['constants'] {
  const taken: GPUBuffer[] = [];
  return {
    acquire: bytes => {
      const buffer = pool.acquire(bytes);
      taken.push(buffer);
      return buffer;
    },
    release: () => {},
    freeAll: () => {
      for (const buffer of taken.splice(0)) pool.release(buffer);
    },
  };
}
