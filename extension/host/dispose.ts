/** Something that can be let go, as the editor's own `Disposable`. */
export interface Disposable {
  dispose(): void;
}

/** Registers a listener; has the shape of the editor's own `Event`. */
export type Event<Value> = (listener: (value: Value) => unknown) => Disposable;

/** An event source that does not need the editor. */
export class Emitter<Value> implements Disposable {
  readonly #listeners = new Set<{ readonly call: (value: Value) => unknown }>();

  readonly event: Event<Value> = listener => {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return { dispose: () => this.#listeners.delete(entry) };
  };

  fire(value: Value): void {
    for (const { call } of [...this.#listeners]) call(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
