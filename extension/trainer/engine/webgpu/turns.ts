import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Stored } from './backend';
import type { Dispatch } from './commands';
import type { Port } from './port';

/** An array of a recording that goes in or comes out through a port. */
export interface PortArray {
  readonly port: Port;
  readonly dataId: TensorInfo['dataId'];
}

/** The recorded dispatches with arrays in other buffers. */
export type Bind = (places: ReadonlyMap<TensorInfo['dataId'], GPUBuffer>) => readonly Dispatch[];

/** An argument that is a result of the repetition before. */
interface Pair {
  readonly argument: number;
  readonly input: PortArray;
  readonly result: PortArray;
}

/**
 * The dispatches of a recording whose results come back as its arguments, as weights do. Before each repetition the ports of such
 * a pair exchange their buffers, which spares a copy; so the dispatches are bound twice, and the bindings take turns.
 */
export class Turns {
  readonly #inputs: readonly PortArray[];
  readonly #results: ReadonlyMap<unknown, PortArray>;
  readonly #bind: Bind;
  #dispatches: readonly Dispatch[];
  #exchanged: readonly Dispatch[] = [];
  #pairs: readonly Pair[] = [];

  constructor(inputs: readonly PortArray[], results: readonly PortArray[], bind: Bind) {
    this.#inputs = inputs;
    this.#results = new Map(results.map(result => [result.port, result]));
    this.#bind = bind;
    this.#dispatches = bind(placesOf([...inputs, ...results]));
  }

  get dispatches(): readonly Dispatch[] {
    return this.#dispatches;
  }

  /** To be called before the arguments, in the order of the inputs, are brought to their ports. */
  take(args: readonly Stored[]): void {
    if (this.#pairs.length === 0) this.#pair(args);
    const pairs = this.#pairs;
    if (pairs.length === 0 || !pairs.every(({ argument, result }) => holds(result, args[argument]))) return;
    for (const { input, result } of pairs) input.port.exchange(result.port);
    [this.#dispatches, this.#exchanged] = [this.#exchanged, this.#dispatches];
  }

  #pair(args: readonly Stored[]): void {
    const byResult = new Map<PortArray, Pair>();
    for (const [argument, input] of this.#inputs.entries()) {
      const result = this.#results.get(args[argument]?.source);
      if (!result || byResult.has(result) || !holds(result, args[argument])) continue;
      if (result.port.buffer.size === input.port.buffer.size)
        byResult.set(result, { argument, input, result });
    }
    this.#pairs = [...byResult.values()];
    if (this.#pairs.length === 0) return;
    const places = placesOf([...this.#inputs, ...this.#results.values()]);
    for (const { input, result } of this.#pairs) {
      places.set(input.dataId, result.port.buffer);
      places.set(result.dataId, input.port.buffer);
    }
    this.#exchanged = this.#bind(places);
  }
}

const holds = ({ port }: PortArray, stored: Stored | undefined): boolean =>
  stored !== undefined && port.holds(stored);

const placesOf = (arrays: readonly PortArray[]): Map<TensorInfo['dataId'], GPUBuffer> =>
  new Map(arrays.map(({ dataId, port }) => [dataId, port.buffer]));
