import type { FormProblem } from '../../extension/contract/configForm';
import { element } from '../shared/dom';
import { icon } from '../shared/icons';

/** Shows the problems of one place. They are built anew only when they change, so that a focused button stays. */
export class ProblemList {
  readonly element: HTMLElement;
  readonly #onMend: (mend: string) => void;
  #shown = '';

  constructor(id: string, onMend: (mend: string) => void) {
    this.element = element('div', { class: 'problems', id });
    this.element.hidden = true;
    this.#onMend = onMend;
  }

  show(problems: readonly FormProblem[]): void {
    const key = JSON.stringify(problems);
    if (key === this.#shown) return;
    this.#shown = key;
    this.element.hidden = problems.length === 0;
    this.element.replaceChildren(...problems.map(problem => this.#row(problem)));
  }

  #row({ severity, message, mend }: FormProblem): HTMLElement {
    const words = severity === 'error' ? 'Error: ' : 'Warning: ';
    return element(
      'div',
      { class: `problem ${severity}` },
      icon('warning'),
      element('p', {}, element('strong', {}, words), sentence(message)),
      mend === undefined
        ? undefined
        : element(
            'button',
            { class: 'mend', attributes: { type: 'button' }, on: { click: () => this.#onMend(mend) } },
            sentence(mend),
          ),
    );
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
