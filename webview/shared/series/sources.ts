import type { GrowingTable } from '../../../extension/contract/columns';
import type { CurveSource } from './curve';

/** A column of a table as it is. */
export function columnSource<Name extends string>(table: GrowingTable<Name>, name: Name): CurveSource {
  return {
    get rows() {
      return table.rows;
    },
    get step() {
      return table.step;
    },
    get seconds() {
      return table.seconds;
    },
    values: () => table.figure(name),
  };
}

/** The weighted sum of some columns, row by row; a column that a row does not have counts as 0. */
export function weightedSource<Name extends string>(
  table: GrowingTable<Name>,
  terms: readonly { readonly name: Name; readonly weight: number }[],
): CurveSource {
  let sums = new Float32Array(64);
  let done = 0;
  return {
    get rows() {
      return table.rows;
    },
    get step() {
      return table.step;
    },
    get seconds() {
      return table.seconds;
    },
    values() {
      if (table.rows > sums.length) {
        const larger = new Float32Array(Math.ceil(table.rows * 1.5));
        larger.set(sums);
        sums = larger;
      }
      const columns = terms.map(({ name, weight }) => ({ column: table.figure(name), weight }));
      for (; done < table.rows; done++) {
        let sum = 0;
        for (const { column, weight } of columns) {
          const value = column?.[done];
          if (value !== undefined && !Number.isNaN(value)) sum += weight * value;
        }
        sums[done] = sum;
      }
      return sums.subarray(0, done);
    },
  };
}
