import type { FormState } from '../../extension/contract/configForm';
import { button } from '../shared/controls';
import { element, show } from '../shared/dom';
import { ProblemList } from './problems';

/** What concerns the whole document: it is empty, it cannot be read, or it has settings that no field shows. */
export class Banner {
  readonly element: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #unreadable: HTMLElement;
  readonly #problems: ProblemList;

  constructor(actions: {
    readonly useTemplate: () => void;
    readonly openAsText: () => void;
    readonly mend: (mend: string) => void;
  }) {
    this.#problems = new ProblemList('document-problems', actions.mend);
    this.#empty = element(
      'div',
      { class: 'notice' },
      element('p', {}, 'This file is empty.'),
      button('Fill in a template', { primary: true, onClick: actions.useTemplate }),
    );
    this.#unreadable = element(
      'div',
      { class: 'notice' },
      element('p', {}, 'The text of this config cannot be read, so it has to be mended as text first.'),
      button('Open as text', { primary: true, onClick: actions.openAsText }),
    );
    this.element = element('div', { class: 'banner' }, this.#empty, this.#unreadable, this.#problems.element);
  }

  show({ isEmpty, readable, problems }: FormState): void {
    show(this.#empty, isEmpty);
    show(this.#unreadable, !isEmpty && !readable);
    this.#problems.show(isEmpty ? [] : problems.filter(({ at }) => at === ''));
  }
}
