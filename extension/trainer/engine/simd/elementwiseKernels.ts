import type { BinaryName, PairName, ReductionName, TripleName, UnaryName } from './formulas';

/** Signatures of the kernels that compile/elementwise.ts makes of the formulas. */
export type ElementwiseKernels = {
  [Name in UnaryName as `${Name}Each`]: (
    x: number,
    result: number,
    count: number,
    p: number,
    q: number,
  ) => void;
} & {
  [Name in PairName as `${Name}Each`]: (
    x: number,
    y: number,
    result: number,
    count: number,
    p: number,
    q: number,
  ) => void;
} & {
  [Name in TripleName as `${Name}Each`]: (
    x: number,
    y: number,
    z: number,
    result: number,
    count: number,
    p: number,
    q: number,
  ) => void;
} & {
  [Name in BinaryName as `${Name}${'Rows' | 'RightNumber' | 'LeftNumber'}`]: (
    left: number,
    leftRow: number,
    right: number,
    rightRow: number,
    result: number,
    rows: number,
    count: number,
  ) => void;
} & {
  [Name in ReductionName as `${Name}OfRows`]: (
    source: number,
    row: number,
    result: number,
    rows: number,
    count: number,
  ) => void;
} & {
  [Name in ReductionName as `${Name}OfColumns`]: (
    source: number,
    result: number,
    rows: number,
    columns: number,
  ) => void;
};
