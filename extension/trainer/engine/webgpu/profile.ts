import type { KernelTime } from '../engine';

interface Work {
  readonly name: string;
  readonly flops: number;
  readonly bytes: number;
}

/** Kernels between two readings of the clocks; the device allows no more than 4096 readings in a set. */
const kernelsPerSet = 512;
const bytesPerTimestamp = 8;

/** What every kernel took on the GPU, by the device's own clock before and after it. */
export class GpuProfile {
  readonly #device: GPUDevice;
  readonly #rows = new Map<string, { calls: number; milliseconds: number; flops: number; bytes: number }>();
  readonly #reads: Promise<void>[] = [];
  #set: { readonly queries: GPUQuerySet; readonly works: Work[] } | undefined;
  #resolved: { readonly staging: GPUBuffer; readonly works: readonly Work[] } | undefined;

  /** Needs the device's feature timestamp-query. */
  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Where the next kernel's pass shall write the time. */
  begin(work: Work): GPUComputePassTimestampWrites {
    this.#set ??= {
      queries: this.#device.createQuerySet({ type: 'timestamp', count: 2 * kernelsPerSet }),
      works: [],
    };
    const { queries, works } = this.#set;
    const beginningOfPassWriteIndex = 2 * works.length;
    works.push(work);
    return {
      querySet: queries,
      beginningOfPassWriteIndex,
      endOfPassWriteIndex: beginningOfPassWriteIndex + 1,
    };
  }

  /** Has the times of the kernels so far copied to where they can be read; part of the submission. */
  resolve(encoder: GPUCommandEncoder): void {
    if (!this.#set) return;
    const { queries, works } = this.#set;
    this.#set = undefined;
    const size = 2 * bytesPerTimestamp * works.length;
    const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
    const found = this.#device.createBuffer({ label: 'timestamps', size, usage });
    const staging = this.#device.createBuffer({
      label: 'timestamps to read',
      size,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    });
    encoder.resolveQuerySet(queries, 0, 2 * works.length, found, 0);
    encoder.copyBufferToBuffer(found, 0, staging, 0, size);
    this.#resolved = { staging, works };
  }

  submitted(): void {
    const { staging, works } = this.#resolved ?? {};
    if (!staging || !works) return;
    this.#resolved = undefined;
    this.#reads.push(
      staging.mapAsync(GPUMapMode.READ).then(() => {
        const times = new BigUint64Array(staging.getMappedRange());
        for (const [i, work] of works.entries()) {
          const nanoseconds = Number((times[2 * i + 1] ?? 0n) - (times[2 * i] ?? 0n));
          this.#add(work, nanoseconds / 1e6);
        }
        staging.destroy();
      }),
    );
  }

  /** The kernel that took longest first. */
  async rows(): Promise<KernelTime[]> {
    await Promise.all(this.#reads);
    const rows = Array.from(this.#rows, ([name, row]) => ({ name, ...row }));
    return rows.sort((a, b) => b.milliseconds - a.milliseconds);
  }

  #add({ name, flops, bytes }: Work, milliseconds: number): void {
    const row = this.#rows.get(name) ?? { calls: 0, milliseconds: 0, flops: 0, bytes: 0 };
    row.calls++;
    row.milliseconds += milliseconds;
    row.flops += flops;
    row.bytes += bytes;
    this.#rows.set(name, row);
  }
}
