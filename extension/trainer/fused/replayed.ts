import { backend, Tensor } from '@tensorflow/tfjs-core';

/** An engine that can repeat what a computation asked of it without JavaScript's part in it. */
export interface Replaying {
  readonly recordings: {
    /** `compute` returns the tensors of its result, and how to put others in their place. */
    replayed<Result>(
      owner: object,
      key: string,
      inputs: readonly Tensor[],
      compute: (inputs: readonly Tensor[]) => Parts<Result>,
      standing?: readonly Tensor[],
    ): Result;
  };
}

/** Whether the current engine repeats computations. */
export const replays = (): boolean => (backend() as Partial<Replaying>).recordings !== undefined;

/** The tensors of a structure, and the same structure around others. */
export interface Parts<Structure> {
  readonly tensors: readonly Tensor[];
  rebuild(tensors: readonly Tensor[]): Structure;
}

/**
 * The result of a computation that is done again and again on tensors of the same shapes; not inside of a gradient. An engine
 * may record it the first time and repeat it from then on. `inputs` and the result are tensors, or objects, arrays and maps of
 * them. Computations of one owner are told apart by `key` and shapes: whatever else `compute` depends on must be in the
 * key, and every tensor that it reads among the inputs, or among the `standing` ones, which are the same each time.
 */
export function replayed<Inputs, Result>(
  owner: object,
  key: string,
  inputs: Inputs,
  compute: (inputs: Inputs) => Result,
  standing?: readonly Tensor[],
): Result {
  const { recordings } = backend() as Partial<Replaying>;
  if (!recordings) return compute(inputs);
  const { tensors, rebuild } = partsOf(inputs);
  return recordings.replayed(owner, key, tensors, copies => partsOf(compute(rebuild(copies))), standing);
}

/** Takes objects, arrays and maps apart; what is none of these and no tensor stays as it is. */
export function partsOf<Structure>(structure: Structure): Parts<Structure> {
  const tensors: Tensor[] = [];
  const rebuild = collect(structure, tensors);
  return { tensors, rebuild: others => rebuild(others) as Structure };
}

function collect(value: unknown, tensors: Tensor[]): (others: readonly Tensor[]) => unknown {
  if (value instanceof Tensor) {
    const place = tensors.push(value) - 1;
    return others => others[place];
  }
  if (value instanceof Map) {
    const entries = Array.from(value, ([key, item]) => [key, collect(item, tensors)] as const);
    return others => new Map(entries.map(([key, rebuild]) => [key, rebuild(others)]));
  }
  if (Array.isArray(value)) {
    const items = value.map(item => collect(item, tensors));
    return others => items.map(rebuild => rebuild(others));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => [key, collect(item, tensors)] as const);
    return others => Object.fromEntries(entries.map(([key, rebuild]) => [key, rebuild(others)]));
  }
  return () => value;
}

const identities = new WeakMap<object, number>();
let identified = 0;

/** A number of the object's own, for keys. */
export function identityOf(object: object): number {
  const identity = identities.get(object) ?? identified++;
  identities.set(object, identity);
  return identity;
}
