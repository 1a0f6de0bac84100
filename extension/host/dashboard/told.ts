/** What a run has told of one kind, each with the step at which it was told. */
export class Told<Item> {
  #items: { readonly step: number; readonly item: Item }[] = [];

  get count(): number {
    return this.#items.length;
  }

  get last(): Item | undefined {
    return this.#items.at(-1)?.item;
  }

  add(step: number, item: Item): void {
    this.#items.push({ step, item });
  }

  since(index: number): Item[] {
    return this.#items.slice(index).map(({ item }) => item);
  }

  /**
   * Removes what was told after a step.
   * @returns how many there were
   */
  takeBack(step: number): number {
    const before = this.#items.length;
    this.#items = this.#items.filter(told => told.step <= step);
    return before - this.#items.length;
  }
}
