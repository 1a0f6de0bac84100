import type { Cost } from './operation';

/** What an operation cost so far. */
export interface OperationProfile extends Cost {
  readonly name: string;
  readonly calls: number;
  readonly milliseconds: number;
}

/** Adds up time, floating-point operations and bytes by operation. */
export class Profile {
  readonly #rows = new Map<string, { calls: number; milliseconds: number; flops: number; bytes: number }>();

  add(name: string, milliseconds: number, { flops, bytes }: Cost): void {
    const row = this.#rows.get(name) ?? { calls: 0, milliseconds: 0, flops: 0, bytes: 0 };
    row.calls++;
    row.milliseconds += milliseconds;
    row.flops += flops;
    row.bytes += bytes;
    this.#rows.set(name, row);
  }

  /** The operation that took longest first. */
  rows(): OperationProfile[] {
    const rows = Array.from(this.#rows, ([name, row]) => ({ name, ...row }));
    return rows.sort((a, b) => b.milliseconds - a.milliseconds);
  }
}
