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
    this.#reserve(row + 1);
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
    this.#reserve(end);
    this.#step.set(slice.step, row);
    this.#seconds.set(slice.seconds, row);
    for (const column of this.#figures.values()) column.fill(Number.NaN, row, end);
    for (const [name, values] of Object.entries(slice.figures) as [Name, Float32Array][]) {
      this.#column(name).set(values, row);
    }
    this.#rows = end;
  }

  /** Copies of the rows from `from` on, each column in a buffer of its own. */
  slice(from = 0): TableSlice<Name> {
    const figures: Partial<Record<Name, Float32Array>> = {};
    for (const [name, column] of this.#figures) {
      const values = column.slice(from, this.#rows);
      if (values.some(value => !Number.isNaN(value))) figures[name] = values;
    }
    return {
      rows: Math.max(0, this.#rows - from),
      step: this.#step.slice(from, this.#rows),
      seconds: this.#seconds.slice(from, this.#rows),
      figures,
    };
  }

  #column(name: Name): Float32Array {
    let column = this.#figures.get(name);
    if (!column) {
      column = new Float32Array(this.#step.length).fill(Number.NaN);
      this.#figures.set(name, column);
    }
    return column;
  }

  #reserve(rows: number): void {
    if (rows <= this.#step.length) return;
    const capacity = Math.ceil(rows * 1.5);
    this.#step = enlarged(this.#step, new Float64Array(capacity));
    this.#seconds = enlarged(this.#seconds, new Float64Array(capacity));
    for (const [name, column] of this.#figures) {
      this.#figures.set(name, enlarged(column, new Float32Array(capacity).fill(Number.NaN, column.length)));
    }
  }
}

function enlarged<Kind extends Numbers>(from: Kind, to: Kind): Kind {
  to.set(from);
  return to;
}
