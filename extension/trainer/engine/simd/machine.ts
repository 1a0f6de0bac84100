import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { MemoryExhausted } from '../memory';
import { Allocator } from './allocator';
import { physicalCores } from './cores';
import { bestBuild, type KernelBuild } from './features';
import type { Arguments, Operation } from './operation';
import { type Spread, spreadThreads } from './pinning';
import { type Scratch, ThreadPool } from './pool';
import type { Profile } from './profile';
import { compileKernels } from './revectorize';
import { SharedMemory } from './sharedMemory';

export interface MachineOptions {
  /** Folder of simd-relaxed.wasm, simd-plain.wasm and simdWorker.js: beside the bundle. */
  readonly folder: string;
  /** Default: the physical cores. */
  readonly threads?: number;
  /** Default: the best that this Node can run. */
  readonly build?: KernelBuild;
  /** Whether to try V8's revectorizer; default true. It is used only where its results have the same bits. */
  readonly revectorize?: boolean;
  /** Whether threads may be pinned to processors; default true. */
  readonly pin?: boolean;
  /** Default 4 GiB, the most that WebAssembly can address. */
  readonly maximumBytes?: number;
}

/** Keeps in the machine's memory what it could make again. */
export interface Cache {
  /** Releases one of its buffers; false when none can be. */
  releaseOne(): boolean;
}

/** One shared memory, the threads on it, and the operations they do. */
export class SimdMachine {
  readonly build: KernelBuild;
  /** Whether V8 makes 256-bit code of the kernels. */
  readonly revectorized: boolean;
  /** What start-up found, in sentences for the log: why something was dropped, how the threads were spread. */
  readonly notes: readonly string[];
  readonly #memory: SharedMemory;
  readonly #allocator: Allocator;
  readonly #pool: ThreadPool;
  readonly #caches: Cache[] = [];
  #scratch: Scratch & { readonly buffer: number } = { address: 0, stride: 0, buffer: 0 };
  #profile: Profile | undefined;
  #spread: Spread | undefined;

  private constructor(
    build: KernelBuild,
    revectorized: boolean,
    notes: string[],
    memory: SharedMemory,
    allocator: Allocator,
    pool: ThreadPool,
  ) {
    this.build = build;
    this.revectorized = revectorized;
    this.notes = notes;
    this.#memory = memory;
    this.#allocator = allocator;
    this.#pool = pool;
  }

  /** Compiles the kernels, checks them, starts the threads. */
  static async open(options: MachineOptions): Promise<SimdMachine> {
    const { folder, threads = physicalCores(), build = bestBuild(), revectorize = true } = options;
    const bytes = await readFile(path.join(folder, `simd-${build}.wasm`));
    const compiled = compileKernels(bytes, revectorize);
    const memory = new SharedMemory(options.maximumBytes);
    const allocator = new Allocator(memory);
    const worker = path.join(folder, 'simdWorker.js');
    const pool = await ThreadPool.start(threads, worker, compiled, memory.memory);
    const notes = [...compiled.notes];
    const machine = new SimdMachine(build, compiled.revectorized, notes, memory, allocator, pool);
    if (options.pin ?? true) {
      machine.#spread = await spreadThreads(machine);
      notes.push(...machine.#spread.notes);
    }
    return machine;
  }

  get threads(): number {
    return this.#pool.threads;
  }

  get systemThreads(): readonly string[] {
    return this.#pool.systemThreads;
  }

  get memoryUse(): { readonly bytes: number; readonly peakBytes: number; readonly buffers: number } {
    const { bytesInUse, peakBytes, buffers } = this.#allocator;
    return { bytes: bytesInUse, peakBytes, buffers };
  }

  /** The memory's peak is from now on counted anew. */
  restartPeak(): void {
    this.#allocator.restartPeak();
  }

  /** Where memory runs out, `cache` gives up what it keeps. */
  addCache(cache: Cache): void {
    this.#caches.push(cache);
  }

  /** The address of room for `bytes` bytes, aligned to 64, with any content. Throws `MemoryExhausted`. */
  allocate(bytes: number): number {
    for (;;) {
      try {
        return this.#allocator.allocate(bytes);
      } catch (error) {
        const isFreer = error instanceof MemoryExhausted && this.#caches.some(cache => cache.releaseOne());
        if (!isFreer) throw error;
      }
    }
  }

  release(address: number): void {
    this.#allocator.release(address);
  }

  /** Calls `use` with the addresses of buffers of `bytes` bytes, which are released afterwards. Throws `MemoryExhausted`. */
  withBuffers(bytes: readonly number[], use: (...addresses: number[]) => void): void {
    const addresses: number[] = [];
    try {
      for (const some of bytes) addresses.push(this.allocate(some));
      use(...addresses);
    } finally {
      for (const address of addresses) this.release(address);
    }
  }

  /** A view of `count` float32 at `address`. */
  floats(address: number, count: number): Float32Array<SharedArrayBuffer> {
    return this.#memory.floats(address, count);
  }

  /** A view of `count` int32 at `address`. */
  integers(address: number, count: number): Int32Array<SharedArrayBuffer> {
    return this.#memory.integers(address, count);
  }

  /** Does the operation on all threads (or the first `threads`) and returns when it is done. */
  run<Field extends string>(operation: Operation<Field>, args: Arguments<Field>, threads?: number): void {
    const scratch = this.#scratchOf(operation.scratchBytes?.(args) ?? 0);
    if (!this.#profile) {
      this.#pool.run(operation, args, scratch, threads);
      return;
    }
    const start = performance.now();
    this.#pool.run(operation, args, scratch, threads);
    this.#profile.add(operation.name, performance.now() - start, operation.cost(args));
  }

  /** From now on every operation is measured into `profile`; none stops it. */
  measure(profile: Profile | undefined): void {
    this.#profile = profile;
  }

  /** Ends the threads. Without it they end with the process, which they do not keep alive. */
  async close(): Promise<void> {
    await this.#spread?.undo();
    await this.#pool.close();
  }

  /** Threads' strides are odd numbers of cache lines, so that their scratch memories do not compete for the same cache sets. */
  #scratchOf(bytes: number): Scratch {
    if (bytes <= this.#scratch.stride) return this.#scratch;
    if (this.#scratch.buffer) this.release(this.#scratch.buffer);
    this.#scratch = { address: 0, stride: 0, buffer: 0 };
    const stride = (Math.ceil(bytes / 128) * 2 + 1) * 64;
    const buffer = this.allocate(stride * this.threads);
    this.#scratch = { address: buffer, stride, buffer };
    return this.#scratch;
  }
}
