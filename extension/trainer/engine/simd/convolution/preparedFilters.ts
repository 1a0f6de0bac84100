import type { SimdMachine } from '../machine';

/** Which filters these are: a buffer, and how often its content has changed. The caller sees to it that equal keys mean equal numbers. */
export interface FilterKey {
  readonly id: number;
  readonly version: number;
}

interface Prepared {
  readonly version: number;
  readonly address: number;
}

const unfilled = -1;

/**
 * Filters transformed or packed for a kind of kernel, kept until the filters change: an attack uses the same ones in every
 * step.
 */
export class PreparedFilters {
  readonly #machine: SimdMachine;
  readonly #kept = new Map<number, Map<string, Prepared>>();

  constructor(machine: SimdMachine) {
    this.#machine = machine;
  }

  /**
   * Calls `use` with the address of `bytes` bytes that `prepare` filled: for these filters now, or when they were last seen
   * at this version. Without a key nothing is kept.
   */
  with(
    key: FilterKey | undefined,
    kind: string,
    bytes: number,
    prepare: (address: number) => void,
    use: (address: number) => void,
  ): void {
    if (!key) {
      this.#machine.withBuffers([bytes], (address = 0) => {
        prepare(address);
        use(address);
      });
      return;
    }
    use(this.#addressOf(key, kind, bytes, prepare));
  }

  /** Releases what is kept of a buffer that is no more. */
  forget(id: number): void {
    for (const { address } of this.#kept.get(id)?.values() ?? []) this.#machine.release(address);
    this.#kept.delete(id);
  }

  /** Releases everything. */
  clear(): void {
    for (const id of [...this.#kept.keys()]) this.forget(id);
  }

  #addressOf(key: FilterKey, kind: string, bytes: number, prepare: (address: number) => void): number {
    const kinds = this.#kept.get(key.id) ?? new Map<string, Prepared>();
    this.#kept.set(key.id, kinds);
    const kept = kinds.get(kind);
    if (kept?.version === key.version) return kept.address;
    const address = kept?.address ?? this.#machine.allocate(bytes);
    // Known before it is filled, so that it is released even if that fails; no caller has this version.
    kinds.set(kind, { version: unfilled, address });
    prepare(address);
    kinds.set(kind, { version: key.version, address });
    return address;
  }
}
