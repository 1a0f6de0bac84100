import { element, show } from '../shared/dom';

/** A list of which one entry is chosen; hidden while there is nothing to choose. */
export class Select {
  readonly element: HTMLElement;
  readonly #list: HTMLSelectElement;

  constructor(label: string, onChoose: (value: string) => void) {
    this.#list = element('select', {
      class: 'select',
      attributes: { 'aria-label': label },
      on: { change: () => onChoose(this.#list.value) },
    });
    this.element = element('label', { class: 'tool select-tool' }, element('span', {}, label), this.#list);
  }

  /** Shows these entries, by their values, and which of them is chosen. */
  update(entries: ReadonlyMap<string, string>, chosen: string | undefined): void {
    show(this.element, entries.size > 1);
    const shown = [...this.#list.options].map(({ value, text }) => `${value}\n${text}`).join('\n');
    if (shown !== [...entries].map(([value, text]) => `${value}\n${text}`).join('\n')) {
      this.#list.replaceChildren(
        ...[...entries].map(([value, text]) => element('option', { attributes: { value } }, text)),
      );
    }
    if (chosen !== undefined) this.#list.value = chosen;
  }
}
