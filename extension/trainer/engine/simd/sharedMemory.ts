const pageBytes = 65536;

/** WebAssembly addresses are 32 bits: 4 GiB. */
const mostBytes = 65536 * pageBytes;

/** The memory that all threads and kernels share; it grows when asked to, up to `maximumBytes`. */
export class SharedMemory {
  readonly memory: WebAssembly.Memory;
  readonly maximumBytes: number;
  #floats: Float32Array<SharedArrayBuffer>;
  #integers: Int32Array<SharedArrayBuffer>;

  constructor(maximumBytes = mostBytes) {
    const maximum = Math.min(Math.floor(maximumBytes / pageBytes), 65536);
    this.maximumBytes = maximum * pageBytes;
    this.memory = new WebAssembly.Memory({ initial: Math.min(16, maximum), maximum, shared: true });
    this.#floats = new Float32Array(this.#buffer());
    this.#integers = new Int32Array(this.#buffer());
  }

  get bytes(): number {
    return this.#floats.byteLength;
  }

  /** Makes the memory at least `bytes` large; false when that is above the maximum or the system has no more. */
  growTo(bytes: number): boolean {
    if (bytes > this.maximumBytes) return false;
    const pages = Math.ceil((bytes - this.bytes) / pageBytes);
    if (pages <= 0) return true;
    try {
      this.memory.grow(pages);
    } catch {
      return false;
    }
    this.#floats = new Float32Array(this.#buffer());
    this.#integers = new Int32Array(this.#buffer());
    return true;
  }

  /** `count` numbers at `address`. The view stays valid when the memory grows. */
  floats(address: number, count: number): Float32Array<SharedArrayBuffer> {
    return this.#floats.subarray(address / 4, address / 4 + count);
  }

  integers(address: number, count: number): Int32Array<SharedArrayBuffer> {
    return this.#integers.subarray(address / 4, address / 4 + count);
  }

  #buffer(): SharedArrayBuffer {
    // The type of a memory's buffer does not tell that it is shared.
    return this.memory.buffer as unknown as SharedArrayBuffer;
  }
}
