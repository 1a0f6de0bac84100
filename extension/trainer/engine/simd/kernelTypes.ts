/** The functions that the WebAssembly module exports, as TypeScript sees them: addresses and integers are numbers. */
export interface Kernels {
  /** sum[i] = left[i] + right[i]. */
  add(left: number, right: number, sum: number, count: number): void;
}
