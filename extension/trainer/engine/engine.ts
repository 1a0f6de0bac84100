/** The ways to compute, in the order in which `auto` tries them. */
export const engineNames = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
export type EngineName = (typeof engineNames)[number];

export interface EngineOptions {
  /** Folder of the WebAssembly binaries: beside the bundle. */
  readonly wasmFolder: string;
  /** A folder with node_modules/@tensorflow/tfjs-node-gpu (or tfjs-node), searched before the project. */
  readonly tensorflowPath?: string;
  /** Part of the WebGPU adapter's name. */
  readonly webgpuAdapter?: string;
  /** Software adapters and TensorFlow without a GPU are refused by `auto` unless this is set. */
  readonly allowSoftwareAdapter: boolean;
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
  /** Releases the device. */
  close(): Promise<void>;
}

/** An engine cannot be used here; `message` says why, `remedy` what would change that. */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable';
  readonly remedy: string;

  constructor(reason: string, remedy: string) {
    super(reason);
    this.remedy = remedy;
  }
}

/** Opens an engine or throws `EngineUnavailable`. */
export type OpenEngine = (options: EngineOptions) => Promise<Engine>;
