import { type Tensor, type TensorInfo, tidy } from '@tensorflow/tfjs-core';
import type { Parts } from '../../fused/replayed';
import type { GpuBackend } from './backend';
import type { BufferPool, BufferSource } from './bufferPool';
import type { Dispatch } from './commands';
import { type RecordedDispatch, withoutDeadDispatches } from './deadDispatches';
import { bring, Port } from './port';
import { type PortArray, Turns } from './turns';

/** So many are kept; the one that was not used longest goes first. */
const most = 16;

type DataId = TensorInfo['dataId'];

/** What a computation asks of the GPU, while it is written down. */
export interface Recording {
  readonly dispatches: RecordedDispatch[];
  /**
   * Each different one once: the steps of an attack use the same buffers again and again. Dispatches that the processor still
   * has in its caches cost half.
   */
  readonly prepared: Map<string, Dispatch>;
  /** Buffers for what is made on the way. */
  readonly scratch: BufferSource;
  /** Buffers for arrays from JavaScript, whose content every repetition reads. */
  readonly constants: BufferSource & { freeAll(): void };
  /** Arrays that every repetition reads where they are. */
  readonly standing: ReadonlySet<DataId>;
  /** It reads arrays that are neither arguments nor standing nor made by itself: a repetition would read old ones. */
  foreign: boolean;
}

/** A tensor of the result, and its place there. */
interface Shown {
  readonly index: number;
  readonly info: TensorInfo;
}

/** An array of the result. Several tensors of the result may show it, each in a shape of its own. */
interface Made {
  readonly dataId: DataId;
  /** Where it is: in a port of its own, unless the array is more than a result. */
  readonly place: { readonly buffer: GPUBuffer };
  readonly port: Port | undefined;
  readonly tensors: readonly Shown[];
}

/** A computation to be asked of the GPU again without JavaScript's part in it. */
interface Replay {
  readonly turns: Turns;
  readonly inputs: readonly Port[];
  readonly made: readonly Made[];
  readonly standing: readonly DataId[];
  readonly foreign: boolean;
  /** Puts tensors in the places of the result. */
  readonly rebuild: (tensors: readonly Tensor[]) => unknown;
  free(): void;
}

/**
 * Computations of fixed shapes, recorded the first time and repeated from then on: the arguments are brought to the buffers
 * where the first ones were, and the same kernels run with the same bind groups. Results stay in the buffers where kernels write
 * them until the next repetition; what somebody still has of them by then moves out (see `Port`), so nobody sees a tensor change.
 * Results that are the next arguments are not copied (see `Turns`). All recordings share the buffers for what is made on the way, since
 * nothing there lives from one computation to the next.
 */
export class Recordings {
  readonly #backend: GpuBackend;
  readonly #pool: BufferPool;
  #scratch: ReturnType<BufferPool['arena']>;
  #owners = new WeakMap<object, Map<string, Replay>>();
  /** How each is forgotten; the one used last comes last. */
  readonly #all = new Map<Replay, () => void>();
  #repeated: Replay | undefined;
  current: Recording | undefined;

  constructor(backend: GpuBackend, pool: BufferPool) {
    this.#backend = backend;
    this.#pool = pool;
    this.#scratch = pool.arena();
  }

  /**
   * The results of `compute` for these arguments. `key` and the shapes tell computations of one owner apart: whatever else
   * `compute` depends on must be in it, and what it draws or reads from other tensors must be among the arguments, or among the
   * `standing` tensors, which are not copied: where these are others, the computation is recorded anew.
   */
  replayed<Result>(
    owner: object,
    key: string,
    inputs: readonly Tensor[],
    compute: (inputs: readonly Tensor[]) => Parts<Result>,
    standing: readonly Tensor[] = [],
  ): Result {
    const plainly = () => {
      const { tensors, rebuild } = compute(inputs);
      return rebuild(tensors);
    };
    if (this.current) return plainly();
    const signature = `${key} ${inputs.map(({ shape, dtype }) => `${dtype}[${shape}]`).join()}`;
    const known = this.#owners.get(owner)?.get(signature);
    if (known?.foreign) return plainly();
    if (known && standing.every(({ dataId }, i) => known.standing[i] === dataId)) {
      return known.rebuild(this.#repeat(known, inputs)) as Result;
    }
    if (known) this.#all.get(known)?.();
    return this.#record(owner, signature, inputs, compute, standing);
  }

  /** Gives up all recordings and their buffers; not the one under way. */
  forget(): void {
    for (const [replay, forget] of [...this.#all]) if (replay !== this.#repeated) forget();
    if (this.current || this.#repeated) return;
    this.#owners = new WeakMap();
    this.#scratch.dissolve();
    this.#scratch = this.#pool.arena();
  }

  #record<Result>(
    owner: object,
    signature: string,
    inputs: readonly Tensor[],
    compute: (inputs: readonly Tensor[]) => Parts<Result>,
    standing: readonly Tensor[],
  ): Result {
    const backend = this.#backend;
    for (const { dataId } of standing) backend.standAlone(dataId);
    const originals = inputs.map(({ dataId }) => backend.bufferOf(dataId));
    const constants = constantsOf(this.#pool);
    const ports: Port[] = [];
    const made: Made[] = [];
    const free = () => {
      for (const port of ports) port.free();
      for (const { port } of made) port?.free();
      constants.freeAll();
    };
    const found: { replay?: Replay } = {};
    try {
      for (const { size } of originals) ports.push(this.#port(this.#pool.acquire(size)));
      // Now that all buffers are there: making one may give up the recordings that were, and what they share.
      const recording: Recording = {
        dispatches: [],
        prepared: new Map(),
        scratch: this.#scratch,
        constants,
        standing: new Set(standing.map(({ dataId }) => dataId)),
        foreign: false,
      };
      this.current = recording;
      const results = tidy(() => {
        const copies = ports.map((port, i) => {
          const input = inputs[i] as Tensor;
          backend.copy(originals[i] as GPUBuffer, port.buffer, input);
          return backend.tensorOf(backend.infoIn(port, input.shape, input.dtype));
        });
        const { tensors, rebuild } = compute(copies);
        this.#move(tensors, made);
        this.current = undefined;
        const live = withoutDeadDispatches(recording.dispatches, tensors);
        const arrays = ports.map((port, i) => ({ port, dataId: (copies[i] as Tensor).dataId }));
        const replay: Replay = {
          turns: new Turns(arrays, made.filter(inPort), places =>
            live.map(dispatch => backend.rebound(dispatch, places, recording.prepared)),
          ),
          inputs: ports,
          made,
          standing: standing.map(({ dataId }) => dataId),
          foreign: recording.foreign,
          rebuild,
          free,
        };
        found.replay = replay;
        // What `compute` kept is no result yet: those are tensors of their own.
        const kept = tensors.filter(tensor => tensor.kept);
        const collected = this.#collect(replay);
        for (const tensor of kept) tensor.dispose();
        return collected;
      });
      const { replay } = found;
      if (!replay) throw new Error('nothing was recorded');
      this.#remember(owner, signature, replay);
      return replay.rebuild(results) as Result;
    } catch (error) {
      free();
      throw error;
    } finally {
      this.current = undefined;
    }
  }

  #port(buffer: GPUBuffer): Port {
    return new Port(buffer, this.#pool, this.#backend.commands);
  }

  /**
   * The arrays of a result that was just computed. Those that the computation made move to buffers of the recording's own: where they
   * were, other recordings may have what they make on the way.
   */
  #move(tensors: readonly Tensor[], made: Made[]): void {
    const showing = new Map<DataId, Shown[]>();
    for (const [index, info] of tensors.entries()) {
      showing.set(info.dataId, [...(showing.get(info.dataId) ?? []), { index, info }]);
    }
    for (const [dataId, shown] of showing) {
      const buffer = this.#backend.bufferOf(dataId);
      const { source, count } = this.#backend.tensorMap.get(dataId);
      if (source !== this.#scratch) {
        made.push({
          dataId,
          place: source instanceof Port ? source : { buffer },
          port: undefined,
          tensors: shown,
        });
        continue;
      }
      const port = this.#port(this.#pool.acquire(4 * count));
      made.push({ dataId, place: port, port, tensors: shown });
      this.#backend.commands.copy(buffer, port.buffer, 4 * count);
    }
  }

  #remember(owner: object, signature: string, replay: Replay): void {
    const ofOwner = this.#owners.get(owner) ?? new Map<string, Replay>();
    this.#owners.set(owner, ofOwner.set(signature, replay));
    if (replay.foreign) {
      replay.free();
      return;
    }
    this.#all.set(replay, () => {
      this.#all.delete(replay);
      ofOwner.delete(signature);
      replay.free();
    });
    const [oldest] = this.#all.values();
    if (this.#all.size > most) oldest?.();
  }

  #repeat(replay: Replay, inputs: readonly Tensor[]): Tensor[] {
    const backend = this.#backend;
    const forget = this.#all.get(replay);
    if (forget) {
      this.#all.delete(replay);
      this.#all.set(replay, forget);
    }
    backend.health.check();
    this.#repeated = replay;
    try {
      replay.turns.take(inputs.map(({ dataId }) => backend.tensorMap.get(dataId)));
      bring(backend, inputs, replay.inputs);
      for (const { port } of replay.made) port?.vacate();
      backend.commands.replay(replay.turns.dispatches);
      return this.#collect(replay);
    } finally {
      this.#repeated = undefined;
    }
  }

  #collect({ made }: Replay): Tensor[] {
    const backend = this.#backend;
    const results: Tensor[] = [];
    for (const { place, port, tensors } of made) {
      let array: TensorInfo | undefined;
      for (const { index, info } of tensors) {
        const { shape, dtype } = info;
        if (array) array = backend.share(array, shape);
        else if (port) array = backend.infoIn(port, shape, dtype);
        else {
          array = backend.output(shape, dtype);
          backend.copy(place.buffer, backend.bufferOf(array.dataId), array);
        }
        results[index] = backend.tensorOf(array);
      }
    }
    return results;
  }
}

const inPort = (made: Made): made is Made & PortArray => made.port !== undefined;

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
