import type { Kernels } from './kernelTypes';

/** Addresses, counts and numbers by name: what an operation works on. Addresses are bytes in the shared memory. */
export type Arguments<Field extends string> = Readonly<Record<Field, number>>;

/** What one call costs, for the profile. */
export interface Cost {
  readonly flops: number;
  /** Read from and written to memory at least. */
  readonly bytes: number;
}

/**
 * Work that the threads share. It is cut into parts by its arguments alone, never by the number of threads, and any thread
 * may do any part: so the results have the same bits for one thread and for many. Parts must not write what another reads.
 */
export interface Operation<Field extends string = string> {
  readonly name: string;
  /** The order in which arguments travel to the threads. */
  readonly fields: readonly Field[];
  /** At most `maximumParts`. */
  parts(args: Arguments<Field>): number;
  /** Does part number `part`; `scratch` is memory of the thread alone, of `scratchBytes`, with any content. */
  run(kernels: Kernels, args: Arguments<Field>, part: number, scratch: number): void;
  scratchBytes?(args: Arguments<Field>): number;
  cost(args: Arguments<Field>): Cost;
  /**
   * Small arguments that go through every path of the kernels, within the first 3 MiB of memory: with these the start-up
   * check compares the machine code that V8's revectorizer makes with the one it does not touch.
   */
  readonly sample: Arguments<Field>;
  /** For paths that exclude each other. */
  readonly moreSamples?: readonly Arguments<Field>[];
}

export const maximumParts = 4095;
export const maximumFields = 32;

/** The part's share of `count` items, cut into `parts` of nearly equal size at multiples of `step`: [first, after the last]. */
export function shareOf(count: number, part: number, parts: number, step = 1): readonly [number, number] {
  const steps = Math.ceil(count / step);
  const start = Math.floor((steps * part) / parts) * step;
  const end = Math.floor((steps * (part + 1)) / parts) * step;
  return [Math.min(start, count), Math.min(end, count)];
}

/** Parts for a pass over `count` numbers: small enough to balance threads, large enough to outweigh handing them out. */
export function partsOfPass(count: number, numbersAPart = 32768): number {
  return Math.min(Math.max(1, Math.ceil(count / numbersAPart)), maximumParts);
}
