import {
  type BackendTimingInfo,
  type backend_util,
  DataStorage,
  type DataType,
  engine,
  KernelBackend,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { EngineMemory } from '../memory';
import { Convolutions, type WinogradChoice } from './convolution/convolutions';
import { type FilterKey, PreparedFilters } from './convolution/preparedFilters';
import type { SimdMachine } from './machine';
import type { Arguments, Operation } from './operation';

type Values = backend_util.BackendValues;
type DataId = TensorInfo['dataId'];

/** The numbers of one or several tensors that differ in shape only. */
interface Stored {
  readonly address: number;
  readonly count: number;
  readonly dtype: DataType;
  references: number;
  /** Texts are not kept in the machine's memory. */
  readonly texts?: Values;
}

/**
 * TensorFlow.js's tensors in the machine's memory, four bytes a number: float32 as it is, int32 as it is, bool as float32 1 or 0,
 * so that a comparison's result can be multiplied with. Tensors never change, so reshaping and copying only count references.
 */
export class SimdBackend extends KernelBackend {
  readonly machine: SimdMachine;
  readonly convolutions: Convolutions;
  /** Right factors of products, packed. */
  readonly packedMatrices: PreparedFilters;
  readonly engineMemory: EngineMemory;
  readonly #data = new DataStorage<Stored>(this, engine());
  /** What has been made and not released, in its order. */
  readonly #live = new Map<DataId, number>();
  #made = 0;

  constructor(machine: SimdMachine, winograd: WinogradChoice) {
    super();
    this.machine = machine;
    this.convolutions = new Convolutions(machine, winograd);
    this.packedMatrices = new PreparedFilters(machine);
    this.engineMemory = {
      get bytesInUse() {
        return machine.memoryUse.bytes;
      },
      get peakBytes() {
        return machine.memoryUse.peakBytes;
      },
      restartPeak: () => machine.restartPeak(),
      releaser: () => this.#releaser(),
    };
  }

  override write(values: Values, shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(dataId: DataId, values: Values, shape: number[], dtype: DataType, references: number): void {
    const count = util.sizeFromShape(shape);
    if (dtype === 'string') {
      this.#data.set(dataId, { address: 0, count, dtype, references, texts: values });
      return;
    }
    if (dtype === 'complex64') throw new Error('the simd engine has no complex numbers');
    const address = this.machine.allocate(4 * count);
    this.#keep(dataId, { address, count, dtype, references });
    this.#view(address, count, dtype).set(values as ArrayLike<number>);
  }

  override async read(dataId: DataId): Promise<Values> {
    return this.readSync(dataId);
  }

  /** A copy: the memory is used again as soon as the tensor is disposed of. */
  override readSync(dataId: DataId): Values {
    const { address, count, dtype, texts } = this.#data.get(dataId);
    if (texts) return texts;
    const view = this.#view(address, count, dtype);
    return dtype === 'bool' ? Uint8Array.from(view) : view.slice();
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.#data.has(dataId)) return true;
    const stored = this.#data.get(dataId);
    stored.references--;
    if (stored.references > 0 && !force) return false;
    if (!stored.texts) {
      this.convolutions.forget(stored.address);
      this.packedMatrices.forget(stored.address);
      this.machine.release(stored.address);
    }
    this.#data.delete(dataId);
    this.#live.delete(dataId);
    return true;
  }

  override refCount(dataId: DataId): number {
    return this.#data.has(dataId) ? this.#data.get(dataId).references : 0;
  }

  override incRef(dataId: DataId): void {
    this.#data.get(dataId).references++;
  }

  override numDataIds(): number {
    return this.#data.numDataIds();
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  /** TensorFlow.js lets go of the backend; the machine's memory goes with it. */
  override dispose(): void {}

  override timerAvailable(): boolean {
    return true;
  }

  override async time(run: () => void): Promise<BackendTimingInfo> {
    const start = performance.now();
    run();
    return { kernelMs: performance.now() - start };
  }

  /** A tensor with any content. */
  output(shape: readonly number[], dtype: DataType = 'float32'): TensorInfo {
    const count = util.sizeFromShape([...shape]);
    const dataId = {};
    this.#keep(dataId, { address: this.machine.allocate(4 * count), count, dtype, references: 1 });
    return { dataId, shape: [...shape], dtype };
  }

  /** The same numbers in another shape or, between bool and float32, of another type. */
  share({ dataId, dtype }: TensorInfo, shape: readonly number[], asType: DataType = dtype): TensorInfo {
    this.incRef(dataId);
    return { dataId, shape: [...shape], dtype: asType };
  }

  release(tensor: TensorInfo): void {
    this.disposeData(tensor.dataId);
  }

  addressOf({ dataId }: TensorInfo): number {
    return this.#data.get(dataId).address;
  }

  /** Under which what convolutions and products prepare of a factor is kept, for as long as the factor lives. */
  filterKey(filter: TensorInfo): FilterKey {
    return { id: this.addressOf(filter), version: 0 };
  }

  /** Runs a kernel. Where it fails, what it had made is released: TensorFlow.js does not know of it yet. */
  kernel<Result>(run: () => Result): Result {
    const release = this.#releaser();
    try {
      return run();
    } catch (error) {
      release();
      throw error;
    }
  }

  run<Field extends string>(operation: Operation<Field>, args: Arguments<Field>): void {
    this.machine.run(operation, args);
  }

  #keep(dataId: DataId, stored: Stored): void {
    this.#data.set(dataId, stored);
    this.#live.set(dataId, this.#made++);
  }

  #releaser(): () => void {
    const before = this.#made;
    return () => {
      for (const [dataId, number] of [...this.#live]) {
        if (number >= before) this.disposeData(dataId, true);
      }
    };
  }

  #view(address: number, count: number, dtype: DataType): Float32Array | Int32Array {
    return dtype === 'int32' ? this.machine.integers(address, count) : this.machine.floats(address, count);
  }
}
