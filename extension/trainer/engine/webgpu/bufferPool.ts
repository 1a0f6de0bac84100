import { identityOf } from '../../fused/replayed';
import { MemoryExhausted } from '../memory';

/** Arrays are cut to such sizes that arrays of nearly equal size can follow each other in one buffer. */
export function bucketBytes(bytes: number): number {
  if (bytes <= 256) return 256;
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(bytes)) - 3));
  return Math.ceil(bytes / step) * step;
}

/** Where an array's buffer comes from and goes back to. */
export interface BufferSource {
  /** A buffer with any content of at least so many bytes. Throws `MemoryExhausted`. */
  acquire(bytes: number): GPUBuffer;
  release(buffer: GPUBuffer): void;
}

/**
 * Buffers that wait, by size. Which one is taken follows from which ones wait alone, and not from how they came: so computations
 * that are repeated, as the steps of an attack are, use the same buffers each time.
 */
class FreeBuffers {
  /** The one that is taken next comes last. */
  readonly #bySize = new Map<number, GPUBuffer[]>();

  take(size: number): GPUBuffer | undefined {
    return this.#bySize.get(size)?.pop();
  }

  put(buffer: GPUBuffer): void {
    const waiting = this.#bySize.get(buffer.size);
    if (!waiting) {
      this.#bySize.set(buffer.size, [buffer]);
      return;
    }
    const place = waiting.findLastIndex(other => identityOf(other) > identityOf(buffer));
    waiting.splice(place + 1, 0, buffer);
  }

  takeAll(): GPUBuffer[] {
    const all = [...this.#bySize.values()].flat();
    this.#bySize.clear();
    return all;
  }
}

/**
 * The storage buffers of a device. Making one is slow, so released ones wait for the next array of their size; when there is
 * no room for a new one, those that wait are given back first.
 */
export class BufferPool implements BufferSource {
  readonly #device: GPUDevice;
  readonly #free = new FreeBuffers();
  #capacity: number;
  #allocated = 0;
  #used = 0;
  #peak = 0;
  /** Called when memory is short, before arrays are refused: gives up what can be made again. */
  onPressure: () => void = () => {};

  /** `capacity`: bytes that may be allocated at most; found out when the device refuses where it is absent. */
  constructor(device: GPUDevice, capacity = Number.POSITIVE_INFINITY) {
    this.#device = device;
    this.#capacity = capacity;
  }

  get bytesInUse(): number {
    return this.#used;
  }

  get bytesAllocated(): number {
    return this.#allocated;
  }

  get peakBytes(): number {
    return this.#peak;
  }

  restartPeak(): void {
    this.#peak = this.#used;
  }

  acquire(bytes: number): GPUBuffer {
    const size = bucketBytes(bytes);
    const buffer = this.#free.take(size) ?? this.#create(size);
    this.#count(size);
    return buffer;
  }

  release(buffer: GPUBuffer): void {
    this.#count(-buffer.size);
    this.#free.put(buffer);
  }

  /** Buffers of this pool that are kept apart from the others' until `dissolve`. Those that wait there are not in use. */
  arena(): BufferSource & { dissolve(): void } {
    const free = new FreeBuffers();
    return {
      acquire: bytes => {
        const size = bucketBytes(bytes);
        const buffer = free.take(size) ?? this.#free.take(size) ?? this.#create(size);
        this.#count(size);
        return buffer;
      },
      release: buffer => {
        this.#count(-buffer.size);
        free.put(buffer);
      },
      dissolve: () => {
        for (const buffer of free.takeAll()) this.#free.put(buffer);
      },
    };
  }

  /** The device had no room for what was allocated last. */
  learnCapacity(): MemoryExhausted {
    this.#capacity = Math.min(this.#capacity, 0.97 * this.#allocated);
    return new MemoryExhausted(0, Math.max(0, this.#capacity - this.#used), this.#used);
  }

  /** Gives back to the device what no array uses. */
  #trim(): void {
    this.onPressure();
    for (const buffer of this.#free.takeAll()) {
      this.#allocated -= buffer.size;
      buffer.destroy();
    }
  }

  #count(bytes: number): void {
    this.#used += bytes;
    this.#peak = Math.max(this.#peak, this.#used);
  }

  #create(size: number): GPUBuffer {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#device.limits;
    const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    if (size > largest) throw new MemoryExhausted(size, largest, this.#used);
    if (this.#allocated + size > this.#capacity) this.#trim();
    if (this.#allocated + size > this.#capacity) {
      throw new MemoryExhausted(size, Math.max(0, this.#capacity - this.#allocated), this.#used);
    }
    this.#allocated += size;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return this.#device.createBuffer({ label: `array of ${size} bytes`, size, usage });
  }
}
