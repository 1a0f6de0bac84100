import type { EngineMemory } from './memory';

/** The ways to compute, in the order in which `auto` tries them. */
export const engineNames = ['tensorflow', 'webgpu', 'simd', 'wasm', 'cpu'] as const;
export type EngineName = (typeof engineNames)[number];

/** Numbers that convolutions may multiply. */
export const precisions = ['float32', 'float16'] as const;
export type Precision = (typeof precisions)[number];

export interface EngineOptions {
  /** Folder of the WebAssembly binaries: beside the bundle. */
  readonly wasmFolder: string;
  /** A folder with node_modules/@tensorflow/tfjs-node-gpu (or tfjs-node), searched before the project. */
  readonly tensorflowPath?: string;
  /** Part of the WebGPU adapter's name. */
  readonly webgpuAdapter?: string;
  /** Software adapters and TensorFlow without a GPU are refused by `auto` unless this is set. */
  readonly allowSoftwareAdapter: boolean;
  /** Of the numbers that convolutions multiply; float16 on the webgpu engine only. Default float32. */
  readonly precision?: Precision;
  /** Bytes of the GPU's memory that the webgpu engine may use at most; what the device gives where it is absent. */
  readonly gpuMemoryBytes?: number;
  /** Threads of the simd engine; the processor's cores where it is absent. */
  readonly threads?: number;
  /** Whether the simd engine may pin its threads to processors; default true. */
  readonly pin?: boolean;
  /** How the simd engine does 3x3 convolutions: tiles of Winograd's minimal filtering, or none. Default 4x4. */
  readonly winograd?: '4x4' | '2x2' | 'off';
}

/** A backend that is registered with TensorFlow.js and ready to become the current one. */
export interface Engine {
  readonly name: EngineName;
  /** The hardware, in words: "NVIDIA H100 (Vulkan)", "CPU, WebAssembly SIMD, 1 thread". */
  readonly device: string;
  /** Version of the library behind it. */
  readonly version: string;
  /** TensorFlow.js's name of the backend. */
  readonly backend: string;
  /** Whether a GPU does the work. */
  readonly accelerated: boolean;
  /** Of the numbers that convolutions multiply; absent: float32. */
  readonly precision?: Precision;
  /** What the device offers for float16, in words; absent where the engine has no float16. */
  readonly float16?: string;
  /** What the person should know about how it was set up, in sentences. */
  readonly notes?: readonly string[];
  /** From now on adds up what each kernel takes; absent where the engine cannot tell. */
  readonly measure?: () => KernelTimes;
  /** Measures the most that the device does; absent where the engine cannot, undefined where the device takes no time. */
  readonly peak?: () => Promise<EnginePeak | undefined>;
  /** Absent where the engine keeps no account. */
  readonly work?: () => EngineWork;
  /** Absent where others manage the memory. Such an engine throws `MemoryExhausted` when there is no more. */
  readonly memory?: EngineMemory;
  /** Waits until the device is no more than a call of this behind; absent where computing ends before a call returns. */
  readonly pace?: () => Promise<void>;
  /** After `DeviceLost`: opens the device again. Tensors of before are gone. Throws `EngineUnavailable`. */
  readonly reopen?: () => Promise<void>;
  /** Releases the device. */
  close(): Promise<void>;
}

/** Time by kernel, the slowest first, since measuring began. */
export type KernelTimes = () => readonly KernelTime[] | Promise<readonly KernelTime[]>;

/** The most that a device does. */
export interface EnginePeak {
  /** Of float32 multiply-adds, two operations each. */
  readonly teraflopsPerSecond: number;
  /** Read and written. */
  readonly gigabytesPerSecond: number;
}

/** What an engine has been asked for so far. */
export interface EngineWork {
  /** Programs that the device was told to run. */
  readonly dispatches: number;
  /** Floating-point operations of convolutions, those of the direct computation. */
  readonly flops: number;
  /** Memory of the device that is allocated, in use or waiting. */
  readonly bytesAllocated: number;
}

export interface KernelTime {
  readonly name: string;
  readonly calls: number;
  readonly milliseconds: number;
  /** Floating-point operations, those of the direct computation for convolutions. */
  readonly flops: number;
  /** Read and written at least. */
  readonly bytes: number;
}

/** An engine cannot be used here; `message` says why, `remedy` what would change that. */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable';
  readonly remedy: string;
  /** Where it was looked for, and what was found in each place. */
  readonly searched: readonly string[];

  constructor(reason: string, remedy: string, searched: readonly string[] = []) {
    super(reason);
    this.remedy = remedy;
    this.searched = searched;
  }
}

/** Opens an engine or throws `EngineUnavailable`. */
export type OpenEngine = (options: EngineOptions) => Promise<Engine>;
