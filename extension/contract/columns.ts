/** Consecutive rows of a table as they travel: one typed array a column, every one `rows` long. */
export interface TableSlice<Name extends string> {
  readonly rows: number;
  /** Training steps finished. */
  readonly step: Float64Array;
  /** Seconds since the run's start, without the time between its sessions. */
  readonly seconds: Float64Array;
  /** A figure that none of the rows has is missing; a row without it holds NaN. */
  readonly figures: Partial<Record<Name, Float32Array>>;
}

type Numbers = Float64Array | Float32Array;

const smallestCapacity = 64;

/** A table that grows at its end: typed arrays with room to spare, so that appending rarely copies. */
export class GrowingTable<Name extends string> {
  #rows = 0;
  #step = new Float64Array(smallestCapacity);
  #seconds = new Float64Array(smallestCapacity);
  #figures = new Map<Name, Float32Array>();

  get rows(): number {
    return this.#rows;
  }

  /** The column as it is now; it does not grow with the table. */
  get step(): Float64Array {
    return this.#step.subarray(0, this.#rows);
  }

  get seconds(): Float64Array {
    return this.#seconds.subarray(0, this.#rows);
  }

  /** The column as it is now; undefined while no row has had the figure. */
  figure(name: Name): Float32Array | undefined {
    return this.#figures.get(name)?.subarray(0, this.#rows);
  }

  /** A single cell; NaN where there is none. */
  at(row: number, name: Name): number {
    return row < this.#rows ? (this.#figures.get(name)?.[row] ?? Number.NaN) : Number.NaN;
  }

  appendRow(step: number, seconds: number, figures: Partial<Record<Name, number | undefined>>): void {
    const row = this.#rows;
    this.#grow(row + 1);
    this.#step[row] = step;
    this.#seconds[row] = seconds;
    for (const column of this.#figures.values()) column[row] = Number.NaN;
    for (const name in figures) {
      const value = figures[name];
      if (value !== undefined) this.#column(name)[row] = value;
    }
    this.#rows = row + 1;
  }

  append(slice: TableSlice<Name>): void {
    const row = this.#rows;
    const end = row + slice.rows;
    this.#grow(end);
    this.#step.set(slice.step, row);
    this.#seconds.set(slice.seconds, row);
    for (const column of this.#figures.values()) column.fill(Number.NaN, row, end);
    for (const [name, values] of Object.entries(slice.figures) as [Name, Float32Array][]) {
      this.#column(name).set(values, row);
    }
    this.#rows = end;
  }

  /** Copies of the rows from `from` to `to` (exclusive), each column in a buffer of its own. */
  slice(from = 0, to = this.#rows): TableSlice<Name> {
    const end = Math.min(to, this.#rows);
    const figures: Partial<Record<Name, Float32Array>> = {};
    for (const [name, column] of this.#figures) {
      if (hasFigure(column, from, end)) figures[name] = column.slice(from, end);
    }
    return {
      rows: Math.max(0, end - from),
      step: this.#step.slice(from, end),
      seconds: this.#seconds.slice(from, end),
      figures,
    };
  }

  /**
   * Removes the rows with a greater step.
   * @returns how many there were
   */
  takeBack(step: number): number {
    const first = this.step.findIndex(value => value > step);
    if (first < 0) return 0;
    const before = this.#rows;
    let kept = first;
    for (let row = first; row < before; row++) {
      if ((this.#step[row] as number) > step) continue;
      this.#step[kept] = this.#step[row] as number;
      this.#seconds[kept] = this.#seconds[row] as number;
      for (const column of this.#figures.values()) column[kept] = column[row] as number;
      kept += 1;
    }
    this.#rows = kept;
    return before - kept;
  }

  #column(name: Name): Float32Array {
    let column = this.#figures.get(name);
    if (!column) {
      column = new Float32Array(this.#step.length).fill(Number.NaN, 0, this.#rows);
      this.#figures.set(name, column);
    }
    return column;
  }

  #grow(rows: number): void {
    if (rows > this.#step.length) this.reserve(Math.ceil(rows * 1.5));
  }

  /** Makes room for so many rows in all: cheap before the first row, and then the table need not be copied as it grows. */
  reserve(capacity: number): void {
    if (capacity <= this.#step.length) return;
    this.#step = enlarged(this.#step, new Float64Array(capacity));
    this.#seconds = enlarged(this.#seconds, new Float64Array(capacity));
    for (const [name, column] of this.#figures) {
      this.#figures.set(name, enlarged(column, new Float32Array(capacity)));
    }
  }
}

/** Whether any of the rows has the figure. */
export function hasFigure(column: Float32Array, from: number, to: number): boolean {
  for (let row = from; row < to; row++) if (!Number.isNaN(column[row])) return true;
  return false;
}

function enlarged<Kind extends Numbers>(from: Kind, to: Kind): Kind {
  to.set(from);
  return to;
}
