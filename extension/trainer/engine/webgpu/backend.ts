import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu/dist/webgpu_program';
import {
  type BackendTimingInfo,
  type backend_util,
  DataStorage,
  type DataType,
  engine,
  KernelBackend,
  type Tensor,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { EngineMemory } from '../memory';
import { BufferPool, type BufferSource } from './bufferPool';
import { Commands, type Dispatch } from './commands';
import type { RecordedDispatch } from './deadDispatches';
import type { Health } from './faults';
import { FixedBuffers } from './fixedBuffers';
import { float32Operands, type Operands } from './kernels/operands';
import { Port } from './port';
import { Programs, type Work } from './programs';
import { readBack } from './readBack';
import { type Recording, Recordings } from './recordings';
import { packConstants, type Shader } from './shader';
import { type StockConstant, stockConstants, stockWorkgroups } from './stockProgram';

type Values = backend_util.BackendValues;
type DataId = TensorInfo['dataId'];

/** The numbers of one or several tensors that differ in shape only. TensorFlow.js's kernels read these fields too. */
export interface Stored {
  readonly dtype: DataType;
  readonly shape: number[];
  readonly count: number;
  /** In JavaScript: small arrays and those that no kernel has asked for. */
  values: Values | null;
  /** On the GPU, 4 bytes a number: float32, int32, and bool as int32. */
  resource: GPUBuffer | null;
  /** Where the buffer goes back to; absent where it is shared. */
  source?: Pick<BufferSource, 'release'>;
  /** What was recorded when this was made. */
  readonly recording: Recording | undefined;
  refCount: number;
}

/** Arrays up to this many numbers are made once for each content, and also kept in JavaScript. */
const smallCount = 64;
/** Smaller computations of numbers that are not on the GPU are done in JavaScript. */
const javascriptCount = 1000;

export interface ShaderCall {
  readonly outputs: readonly TensorInfo[];
  readonly inputs: readonly TensorInfo[];
  readonly constants?: Readonly<Record<string, number>>;
  readonly workgroups: readonly [number, number, number];
  readonly flops?: number;
}

export interface GpuDevice {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  readonly health: Health;
  /** Bytes that may be used at most; absent: what the device gives. */
  readonly memoryBytes?: number;
}

/**
 * TensorFlow.js's tensors on the GPU. It does for TensorFlow.js's own WebGPU kernels what its own backend does, and what that
 * one lacks: several results a kernel, recorded computations, an account of the memory, and errors that are told.
 */
export class GpuBackend extends KernelBackend {
  readonly device: GPUDevice;
  /** Read by TensorFlow.js's kernels. */
  readonly adapterInfo: { readonly intelGPUGeneration: number; isIntel(): boolean };
  readonly thresholdToIncreaseWorkgroups = 8;
  /** The GPU is the processor in disguise. */
  readonly isSoftware: boolean;
  /** Of convolutions. */
  operands: Operands = float32Operands;
  readonly tensorMap = new DataStorage<Stored>(this, engine());
  readonly health: Health;
  readonly commands: Commands;
  readonly engineMemory: EngineMemory;
  readonly recordings: Recordings;
  readonly #programs: Programs;
  readonly #pool: BufferPool;
  readonly #uniforms: FixedBuffers;
  readonly #smallArrays: FixedBuffers;
  readonly #live = new Map<DataId, number>();
  #made = 0;

  constructor({ device, info, health, memoryBytes }: GpuDevice) {
    super();
    this.device = device;
    this.health = health;
    this.isSoftware = info.isFallbackAdapter;
    const isIntel = info.vendor === 'intel';
    this.adapterInfo = { intelGPUGeneration: isIntel ? 12 : 0, isIntel: () => isIntel };
    this.commands = new Commands(device);
    this.#programs = new Programs(device, health);
    const pool = new BufferPool(device, memoryBytes);
    this.#pool = pool;
    this.#uniforms = new FixedBuffers(device, GPUBufferUsage.UNIFORM);
    this.#smallArrays = new FixedBuffers(device, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
    this.recordings = new Recordings(this, pool);
    pool.onPressure = () => {
      // Buffers that are given back to the device must not be waited for by what is not yet sent.
      this.commands.submit();
      this.recordings.forget();
    };
    this.engineMemory = {
      get bytesInUse() {
        return pool.bytesInUse;
      },
      get peakBytes() {
        return pool.peakBytes;
      },
      restartPeak: () => pool.restartPeak(),
      releaser: () => this.#releaser(),
    };
  }

  /** Buffers allocated, whether in use or waiting. */
  get bytesAllocated(): number {
    return this.#pool.bytesAllocated;
  }

  /** The device said that it has no memory left. */
  outOfMemory(): void {
    this.health.fail(this.#pool.learnCapacity());
  }

  override write(values: Values, shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(dataId: DataId, values: Values, shape: number[], dtype: DataType, references: number): void {
    if (dtype === 'complex64') throw new Error('the webgpu engine has no complex numbers');
    this.#keep(dataId, shape, dtype, values ?? null, references);
  }

  /** Waits for the GPU. Rejects with what went wrong on it since the last time. */
  override async read(dataId: DataId): Promise<Values> {
    const { values, resource, count, dtype } = this.tensorMap.get(dataId);
    if (values) return values;
    if (!resource) return util.getArrayFromDType(dtype, count) as Values;
    this.health.check();
    if (this.recordings.current) throw new Error('what is recorded cannot be read');
    const bytes = await readBack(this, resource, 4 * count);
    if (dtype === 'float32') return new Float32Array(bytes);
    const integers = new Int32Array(bytes);
    return dtype === 'bool' ? Uint8Array.from(integers) : integers;
  }

  override readSync(dataId: DataId): Values {
    const { values } = this.tensorMap.get(dataId);
    if (!values) throw new Error('the webgpu engine cannot wait for numbers: read them with data()');
    return values;
  }

  /** TensorFlow.js's kernels ask for the numbers of small constants so. */
  bufferSync({ dataId, shape, dtype }: TensorInfo) {
    return engine().makeTensorFromDataId(dataId, shape, dtype).bufferSync();
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.tensorMap.has(dataId)) return true;
    const stored = this.tensorMap.get(dataId);
    stored.refCount--;
    if (stored.refCount > 0 && !force) return false;
    if (stored.resource) stored.source?.release(stored.resource);
    stored.resource = null;
    this.tensorMap.delete(dataId);
    this.#live.delete(dataId);
    return true;
  }

  override refCount(dataId: DataId): number {
    return this.tensorMap.has(dataId) ? this.tensorMap.get(dataId).refCount : 0;
  }

  override incRef(dataId: DataId): void {
    this.tensorMap.get(dataId).refCount++;
  }

  decRef(dataId: DataId): void {
    this.tensorMap.get(dataId).refCount--;
  }

  override numDataIds(): number {
    return this.tensorMap.numDataIds();
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

  override dispose(): void {}

  override timerAvailable(): boolean {
    return true;
  }

  override async time(run: () => void): Promise<BackendTimingInfo> {
    const start = performance.now();
    run();
    await this.settled();
    return { kernelMs: performance.now() - start };
  }

  /** Resolves when everything asked for is done. */
  async settled(): Promise<void> {
    this.commands.submit();
    await this.device.queue.onSubmittedWorkDone();
  }

  makeTensorInfo(shape: number[], dtype: DataType, values?: Values): TensorInfo {
    const dataId = {};
    this.#keep(dataId, shape, dtype, values ?? null, 1);
    return { dataId, shape, dtype };
  }

  /** A tensor with any content. */
  output(shape: readonly number[], dtype: DataType = 'float32'): TensorInfo {
    return this.makeTensorInfo([...shape], dtype);
  }

  /** The same numbers in another shape. */
  share({ dataId, dtype }: TensorInfo, shape: readonly number[]): TensorInfo {
    this.incRef(dataId);
    return { dataId, shape: [...shape], dtype };
  }

  shouldExecuteOnCPU(inputs: readonly TensorInfo[], count = javascriptCount): boolean {
    return inputs.every(({ dataId, shape }) => {
      const { resource, values } = this.tensorMap.get(dataId);
      return resource === null && values !== null && util.sizeFromShape(shape) < count;
    });
  }

  /** Runs a program of our own. */
  run(shader: Shader, call: ShaderCall): void {
    const { outputs, inputs, constants = {}, workgroups, flops = 0 } = call;
    this.health.check();
    const hasConstants = Object.keys(shader.constants).length > 0;
    const words = hasConstants ? packConstants(shader, constants) : undefined;
    const work = { name: shader.name, pipeline: this.#programs.of(shader), workgroups, flops };
    this.#dispatch(work, words, outputs, inputs);
  }

  /** Runs a program of TensorFlow.js. */
  runWebGPUProgram(
    program: WebGPUProgram,
    inputs: TensorInfo[],
    outputType: DataType,
    constants: readonly StockConstant[] = [],
    into?: TensorInfo,
  ): TensorInfo {
    const output = into ?? this.makeTensorInfo(program.outputShape, outputType);
    const stored = this.tensorMap.get(output.dataId);
    if (stored.count === 0) {
      stored.values = util.getArrayFromDType(output.dtype, 0) as Values;
      return output;
    }
    this.health.check();
    const workgroups = stockWorkgroups(program, this.device.limits.maxComputeWorkgroupsPerDimension);
    program.dispatch = workgroups;
    const data = inputs.map(({ dataId, shape }, i) => ({
      // The type of the numbers as they are stored, which a cast may have renamed.
      dtype: this.tensorMap.get(dataId).dtype,
      shape,
      name: program.variableNames[i] ?? '',
    }));
    const pipeline = this.#programs.ofStock(program, data, output);
    const words = stockConstants(program, inputs, output, constants);
    const work = { name: program.constructor.name, pipeline, workgroups, flops: 0 };
    this.#dispatch(work, words, [output], inputs);
    return output;
  }

  /** The array on the GPU; brings it there. */
  bufferOf(dataId: DataId): GPUBuffer {
    const stored = this.tensorMap.get(dataId);
    if (!stored.resource) {
      this.#upload(stored);
      this.health.check();
    } else {
      const { current } = this.recordings;
      if (current && stored.recording !== current && !current.standing.has(dataId)) current.foreign = true;
    }
    return stored.resource as unknown as GPUBuffer;
  }

  /** The array on the GPU in a buffer that no recording writes. */
  standAlone(dataId: DataId): void {
    this.bufferOf(dataId);
    const { source } = this.tensorMap.get(dataId);
    if (source instanceof Port) source.vacate();
  }

  /** A new array that lives in a port. */
  infoIn(port: Port, shape: readonly number[], dtype: DataType): TensorInfo {
    const info = this.output(shape, dtype);
    port.receive(this.tensorMap.get(info.dataId));
    return info;
  }

  /** Copies numbers of as many bytes as the tensor has. */
  copy(from: GPUBuffer, to: GPUBuffer, { shape }: TensorInfo): void {
    this.commands.copy(from, to, 4 * util.sizeFromShape(shape));
  }

  /** A recorded dispatch with arrays in the buffers of `places`; those that are not there stay where they were. */
  rebound(
    { dispatch, writes, reads, buffers }: RecordedDispatch,
    places: ReadonlyMap<DataId, GPUBuffer>,
    prepared: Map<string, Dispatch>,
  ): Dispatch {
    const moved = [...buffers];
    for (const [i, { dataId }] of [...writes, ...reads].entries()) {
      const place = places.get(dataId);
      if (place) moved[i] = place;
    }
    return moved.every((buffer, i) => buffer === buffers[i])
      ? dispatch
      : this.#programs.bind(dispatch, moved, prepared);
  }

  /** A tensor of TensorFlow.js from what a kernel returned. */
  tensorOf(info: TensorInfo): Tensor {
    return engine().makeTensorFromTensorInfo(info);
  }

  #dispatch(
    work: Omit<Work, 'bytes'>,
    words: Uint32Array | undefined,
    writes: readonly TensorInfo[],
    reads: readonly TensorInfo[],
  ): void {
    const arrays = [...writes, ...reads].map(({ dataId }) => this.bufferOf(dataId));
    const buffers = words ? [...arrays, this.#uniforms.of(words)] : arrays;
    const bytes = arrays.reduce((total, { size }) => total + size, 0);
    const { current } = this.recordings;
    const dispatch = this.#programs.bind({ ...work, bytes }, buffers, current?.prepared);
    current?.dispatches.push({ dispatch, writes, reads, buffers });
    this.commands.dispatch(dispatch);
  }

  #keep(dataId: DataId, shape: number[], dtype: DataType, values: Values | null, references: number): void {
    const count = util.sizeFromShape(shape);
    this.tensorMap.set(dataId, {
      dtype,
      shape,
      count,
      values,
      resource: null,
      recording: this.recordings.current,
      refCount: references,
    });
    this.#live.set(dataId, this.#made++);
  }

  #upload(stored: Stored): void {
    const { current } = this.recordings;
    const { values, dtype, count } = stored;
    if (!values) {
      this.#settle(stored, current?.scratch ?? this.#pool);
      return;
    }
    const numbers = numbersOf(values, dtype);
    if (count <= smallCount) {
      stored.resource = this.#smallArrays.of(new Uint32Array(numbers.buffer));
      return;
    }
    // What is recorded reads this array again each time, so nothing else may be put in its place.
    const buffer = this.#settle(stored, current?.constants ?? this.#pool);
    // Written at once, before what is sent later: so what reads the buffer's old content is sent first.
    this.commands.submit();
    this.device.queue.writeBuffer(buffer, 0, numbers);
    stored.values = null;
  }

  #settle(stored: Stored, source: BufferSource): GPUBuffer {
    const buffer = source.acquire(4 * stored.count);
    stored.source = source;
    stored.resource = buffer;
    return buffer;
  }

  #releaser(): () => void {
    const before = this.#made;
    return () => {
      for (const [dataId, number] of [...this.#live]) {
        if (number >= before) this.disposeData(dataId, true);
      }
      this.recordings.forget();
      this.health.forgetExhaustion(this.settled());
    };
  }
}

/** As the GPU has them: 4 bytes each. */
export function numbersOf(
  values: Values,
  dtype: DataType,
): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> {
  return dtype === 'float32'
    ? Float32Array.from(values as Float32Array)
    : Int32Array.from(values as Int32Array);
}
