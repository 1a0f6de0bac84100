import { element, setText, uniqueId } from '../shared/dom';

export interface Filter {
  readonly words: readonly string[];
  readonly onlyModified: boolean;
  /** Settings without effect beside the others, too. */
  readonly withSpare: boolean;
}

export interface FilterState {
  readonly search: string;
  readonly onlyModified: boolean;
  readonly withSpare: boolean;
}

/** The search box and the two switches beside it. */
export class FilterBar {
  readonly element: HTMLElement;
  readonly #search: HTMLInputElement;
  readonly #onlyModified: HTMLInputElement;
  readonly #withSpare: HTMLInputElement;
  readonly #count = element('span', { class: 'count', attributes: { role: 'status' } });

  constructor(onChange: () => void) {
    this.#search = element('input', {
      class: 'text-input search',
      attributes: { type: 'search', placeholder: 'Search settings', 'aria-label': 'Search settings' },
      on: { input: onChange },
    });
    this.#onlyModified = element('input', { attributes: { type: 'checkbox' }, on: { change: onChange } });
    this.#withSpare = element('input', { attributes: { type: 'checkbox' }, on: { change: onChange } });
    this.element = element(
      'div',
      { class: 'filter-bar', attributes: { role: 'search' } },
      this.#search,
      named(this.#onlyModified, 'Modified only'),
      named(this.#withSpare, 'Settings without effect'),
      this.#count,
    );
  }

  get filter(): Filter {
    const words = this.#search.value.toLowerCase().split(/\s+/);
    const { onlyModified, withSpare } = this.state;
    return { words: words.filter(word => word !== ''), onlyModified, withSpare };
  }

  get state(): FilterState {
    return {
      search: this.#search.value,
      onlyModified: this.#onlyModified.checked,
      withSpare: this.#withSpare.checked,
    };
  }

  set state({ search, onlyModified, withSpare }: FilterState) {
    this.#search.value = search;
    this.#onlyModified.checked = onlyModified;
    this.#withSpare.checked = withSpare;
  }

  focus(): void {
    this.#search.focus();
    this.#search.select();
  }

  showCount(found: number): void {
    const { words, onlyModified } = this.filter;
    const isFiltering = words.length > 0 || onlyModified;
    const settings = found === 1 ? '1 setting' : `${found === 0 ? 'No' : found} settings`;
    setText(this.#count, isFiltering ? settings : '');
  }
}

function named(box: HTMLInputElement, name: string): HTMLElement {
  box.id = uniqueId('filter');
  return element('label', { class: 'switch', attributes: { for: box.id } }, box, name);
}
