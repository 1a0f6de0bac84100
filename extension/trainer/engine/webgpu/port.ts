import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type GpuBackend, numbersOf, type Stored } from './backend';
import type { BufferPool } from './bufferPool';
import type { Commands } from './commands';

/**
 * A buffer of a recording's own through which an array goes in or comes out. The tensor of that array may live on in it until
 * the recording is repeated: only then does the array move to a buffer of its own, where somebody still has the tensor.
 */
export class Port {
  #buffer: GPUBuffer;
  readonly #pool: BufferPool;
  readonly #commands: Commands;
  #resident: Stored | undefined;

  /** Takes over a buffer of the pool. */
  constructor(buffer: GPUBuffer, pool: BufferPool, commands: Commands) {
    this.#buffer = buffer;
    this.#pool = pool;
    this.#commands = commands;
  }

  get buffer(): GPUBuffer {
    return this.#buffer;
  }

  /** Whether the array lives here. */
  holds(stored: Stored): boolean {
    return this.#resident === stored && stored.resource === this.buffer;
  }

  /** The array is in the buffer from now on, and nowhere else. */
  receive(stored: Stored): void {
    stored.resource = this.buffer;
    stored.source = this;
    this.#resident = stored;
  }

  /** Moves the array that lives here, if one does, to a buffer of its own. */
  vacate(): void {
    const stored = this.#leaving();
    if (!stored) return;
    const moved = this.#pool.acquire(4 * stored.count);
    this.#commands.copy(this.buffer, moved, 4 * stored.count);
    stored.resource = moved;
    stored.source = this.#pool;
  }

  /** The array's last tensor is gone; the buffer stays the recording's. */
  release(): void {}

  /** Each has the other's buffer from now on, and the array that lives in it. */
  exchange(other: Port): void {
    const [mine, theirs] = [this.#leaving(), other.#leaving()];
    [this.#buffer, other.#buffer] = [other.#buffer, this.#buffer];
    if (mine) other.receive(mine);
    if (theirs) this.receive(theirs);
  }

  /** Gives the buffer up: to the array that lives here, or to the pool. */
  free(): void {
    const stored = this.#leaving();
    if (stored) stored.source = this.#pool;
    else this.#pool.release(this.buffer);
  }

  #leaving(): Stored | undefined {
    const stored = this.#resident;
    this.#resident = undefined;
    return stored?.resource === this.buffer ? stored : undefined;
  }
}

/** Brings tensors' numbers to ports, each its own. Those that lived in a recording's port live in this one from now on. */
export function bring(
  { tensorMap, commands, device }: GpuBackend,
  tensors: readonly TensorInfo[],
  ports: readonly Port[],
): void {
  const arrivals = ports.map((port, i) => ({
    port,
    stored: tensorMap.get((tensors[i] as TensorInfo).dataId),
  }));
  for (const { port, stored } of arrivals) if (!port.holds(stored)) port.vacate();
  // What JavaScript writes is there before all that is sent later: so what reads the old content is sent first.
  commands.submit();
  for (const { port, stored } of arrivals) {
    const { resource, values, dtype } = stored;
    if (!resource && values) device.queue.writeBuffer(port.buffer, 0, numbersOf(values, dtype));
  }
  for (const { port, stored } of arrivals) {
    if (!stored.resource || port.holds(stored)) continue;
    commands.copy(stored.resource, port.buffer, 4 * stored.count);
    if (stored.source instanceof Port) port.receive(stored);
  }
}
