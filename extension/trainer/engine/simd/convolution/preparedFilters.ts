import type { Cache, SimdMachine } from '../machine';

/** Which filters these are: a buffer, and how often its content has changed. The caller sees to it that equal keys mean equal numbers. */
export interface FilterKey {
  readonly id: number;
  readonly version: number;
}

interface Prepared {
  version: number;
  readonly address: number;
  /** How many calls are using it. */
  users: number;
}

const unfilled = -1;

/**
 * Filters transformed or packed for a kind of kernel, kept until the filters change or memory runs out: an attack uses the same
 * ones in every step.
 */
export class PreparedFilters implements Cache {
  readonly #machine: SimdMachine;
  /** By what they are of and what for, the ones used last at the end. */
  readonly #kept = new Map<number, Map<string, Prepared>>();

  constructor(machine: SimdMachine) {
    this.#machine = machine;
    machine.addCache(this);
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
    const prepared = this.#preparedFor(key, kind, bytes);
    prepared.users++;
    try {
      if (prepared.version !== key.version) {
        // Should it fail half-way, no caller has this version.
        prepared.version = unfilled;
        prepare(prepared.address);
        prepared.version = key.version;
      }
      use(prepared.address);
    } finally {
      prepared.users--;
    }
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

  /**
   * Releases what was used last and is not in use: networks use their filters in turns, and what was used last is needed again
   * after all the others.
   */
  releaseOne(): boolean {
    for (const [id, kinds] of [...this.#kept].reverse()) {
      for (const [kind, { address, users }] of kinds) {
        if (users > 0) continue;
        this.#machine.release(address);
        kinds.delete(kind);
        if (kinds.size === 0) this.#kept.delete(id);
        return true;
      }
    }
    return false;
  }

  #preparedFor({ id }: FilterKey, kind: string, bytes: number): Prepared {
    const found = this.#kept.get(id)?.get(kind);
    const prepared = found ?? { version: unfilled, address: this.#machine.allocate(bytes), users: 0 };
    // The allocation may have released the others of this buffer, and their map.
    const kinds = this.#kept.get(id) ?? new Map<string, Prepared>();
    kinds.set(kind, prepared);
    this.#kept.delete(id);
    this.#kept.set(id, kinds);
    return prepared;
  }
}
