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
import { MemoryExhausted } from './allocator';
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
  readonly #data = new DataStorage<Stored>(this, engine());

  constructor(machine: SimdMachine, winograd: WinogradChoice) {
    super();
    this.machine = machine;
    this.convolutions = new Convolutions(machine, winograd);
    this.packedMatrices = new PreparedFilters(machine);
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
    const address = this.#allocate(count, shape);
    this.#data.set(dataId, { address, count, dtype, references });
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
    this.#data.set(dataId, { address: this.#allocate(count, shape), count, dtype, references: 1 });
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

  run<Field extends string>(operation: Operation<Field>, args: Arguments<Field>): void {
    this.machine.run(operation, args);
  }

  #allocate(count: number, shape: readonly number[]): number {
    try {
      return this.machine.allocate(4 * count);
    } catch (error) {
      throw error instanceof MemoryExhausted ? outOfMemory(error, shape) : error;
    }
  }

  #view(address: number, count: number, dtype: DataType): Float32Array | Int32Array {
    return dtype === 'int32' ? this.machine.integers(address, count) : this.machine.floats(address, count);
  }
}

/** Nearly all memory is activations of the batch, the first axis of images. */
function outOfMemory({ bytesWanted, bytesInUse }: MemoryExhausted, shape: readonly number[]): Error {
  const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
  const [batch = 1] = shape;
  const mend =
    shape.length === 4 && batch > 1
      ? `Half of the batch size of ${batch}, ${Math.floor(batch / 2)}, needs about half as much`
      : 'A smaller batchSize needs less';
  return new Error(
    `the simd engine is out of memory: ${gigabytes(bytesInUse)} are in use, and another ${gigabytes(bytesWanted)} are not to be had (WebAssembly has 4 GiB at most). ${mend}.`,
  );
}
