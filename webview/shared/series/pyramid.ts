/** Rows whose least and greatest value are kept together. */
const block = 64;

export interface Extent {
  least: number;
  greatest: number;
}

/** Least and greatest value of every 64 rows of a growing column, so that the extent of any range is found quickly. */
export class Pyramid {
  #least = new Float32Array(16);
  #greatest = new Float32Array(16);
  #blocks = 0;

  /** Takes in the whole blocks among the first `rows` values; those taken before must be the same. */
  extend(values: Float32Array, rows: number): void {
    const blocks = Math.floor(rows / block);
    if (blocks > this.#least.length) {
      const capacity = Math.ceil(blocks * 1.5);
      this.#least = enlarged(this.#least, capacity);
      this.#greatest = enlarged(this.#greatest, capacity);
    }
    for (; this.#blocks < blocks; this.#blocks++) {
      let least = Number.POSITIVE_INFINITY;
      let greatest = Number.NEGATIVE_INFINITY;
      const end = (this.#blocks + 1) * block;
      for (let i = this.#blocks * block; i < end; i++) {
        const value = values[i] as number;
        if (value - value !== 0) continue;
        if (value < least) least = value;
        if (value > greatest) greatest = value;
      }
      this.#least[this.#blocks] = least;
      this.#greatest[this.#blocks] = greatest;
    }
  }

  /** Puts the extent of the finite values in rows `from` to `to` (exclusive) into `extent`; least > greatest if none is. */
  measure(values: Float32Array, from: number, to: number, extent: Extent): void {
    let least = Number.POSITIVE_INFINITY;
    let greatest = Number.NEGATIVE_INFINITY;
    let i = from;
    while (i < to) {
      if (i % block === 0 && i + block <= to && i / block < this.#blocks) {
        const low = this.#least[i / block] as number;
        const high = this.#greatest[i / block] as number;
        if (low < least) least = low;
        if (high > greatest) greatest = high;
        i += block;
        continue;
      }
      const value = values[i] as number;
      i += 1;
      if (value - value !== 0) continue;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    extent.least = least;
    extent.greatest = greatest;
  }
}

function enlarged(from: Float32Array, capacity: number): Float32Array<ArrayBuffer> {
  const to = new Float32Array(capacity);
  to.set(from);
  return to;
}
