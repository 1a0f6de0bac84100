/** Rows, and then blocks, that are taken together on each level. */
const fan = 16;

export interface Extent {
  least: number;
  greatest: number;
}

interface Level {
  least: Float32Array;
  greatest: Float32Array;
  blocks: number;
}

/**
 * Least and greatest value of every 16, 256, 4096 … rows of a growing column, so that the extent of any range is found by
 * looking at some dozens of numbers.
 */
export class Pyramid {
  readonly #levels: Level[] = [];

  /** Takes in the first `rows` values; those taken in before must be the same. */
  extend(values: Float32Array, rows: number): void {
    let least = values;
    let greatest = values;
    let below = rows;
    for (let depth = 0; below >= fan; depth++) {
      const level = this.#level(depth, Math.floor(below / fan));
      for (; level.blocks < Math.floor(below / fan); level.blocks++) {
        const from = level.blocks * fan;
        level.least[level.blocks] = leastOf(least, from, from + fan);
        level.greatest[level.blocks] = greatestOf(greatest, from, from + fan);
      }
      least = level.least;
      greatest = level.greatest;
      below = level.blocks;
    }
  }

  /** Puts the extent of the finite values in rows `from` to `to` (exclusive) into `extent`; least > greatest if none is. */
  measure(values: Float32Array, from: number, to: number, extent: Extent): void {
    extent.least = Number.POSITIVE_INFINITY;
    extent.greatest = Number.NEGATIVE_INFINITY;
    let low = from;
    let high = to;
    let least = values;
    let greatest = values;
    for (const level of this.#levels) {
      const first = Math.ceil(low / fan);
      const last = Math.min(Math.floor(high / fan), level.blocks);
      if (first >= last) break;
      // What sticks out of whole blocks on either side is looked at here, the blocks on the next level.
      widen(extent, least, greatest, low, first * fan);
      widen(extent, least, greatest, last * fan, high);
      low = first;
      high = last;
      least = level.least;
      greatest = level.greatest;
    }
    widen(extent, least, greatest, low, high);
  }

  #level(depth: number, blocks: number): Level {
    let level = this.#levels[depth];
    if (!level) {
      level = { least: new Float32Array(blocks), greatest: new Float32Array(blocks), blocks: 0 };
      this.#levels.push(level);
    }
    if (blocks > level.least.length) {
      level.least = enlarged(level.least, Math.ceil(blocks * 1.5));
      level.greatest = enlarged(level.greatest, Math.ceil(blocks * 1.5));
    }
    return level;
  }
}

function widen(extent: Extent, least: Float32Array, greatest: Float32Array, from: number, to: number): void {
  if (from >= to) return;
  extent.least = Math.min(extent.least, leastOf(least, from, to));
  extent.greatest = Math.max(extent.greatest, greatestOf(greatest, from, to));
}

/** Infinity where no value is finite. Only a finite number minus itself is 0. */
function leastOf(values: Float32Array, from: number, to: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    if (value < least && value - value === 0) least = value;
  }
  return least;
}

function greatestOf(values: Float32Array, from: number, to: number): number {
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    if (value > greatest && value - value === 0) greatest = value;
  }
  return greatest;
}

function enlarged(from: Float32Array, capacity: number): Float32Array {
  const to = new Float32Array(capacity);
  to.set(from);
  return to;
}
