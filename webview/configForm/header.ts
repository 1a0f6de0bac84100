import type { FormProblem } from '../../extension/contract/configForm';
import { button } from '../shared/controls';
import { element, setText, show } from '../shared/dom';

/** What the header's buttons do. */
export interface HeaderActions {
  readonly start: () => void;
  readonly openAsText: () => void;
  readonly showFirstProblem: () => void;
}

/** The head of the form: the file, what it costs, whether it is sound, and what can be done with it. */
export class Header {
  readonly element: HTMLElement;
  readonly #title = element('h1', {}, 'Training config');
  readonly #summary = element('p', { class: 'summary' });
  readonly #status = element('button', { class: 'status', attributes: { type: 'button' } });
  readonly #spoken = element('p', { class: 'spoken', attributes: { role: 'status' } });

  constructor({ start, openAsText, showFirstProblem }: HeaderActions, filterBar: HTMLElement) {
    this.#status.addEventListener('click', showFirstProblem);
    this.element = element(
      'header',
      {},
      element(
        'div',
        { class: 'title-row' },
        element('div', { class: 'titles' }, this.#title, this.#summary),
        element(
          'div',
          { class: 'actions' },
          button('Open as text', { icon: 'edit', onClick: openAsText }),
          button('Start Randomized AT', { icon: 'play', primary: true, onClick: start }),
        ),
      ),
      element('div', { class: 'tool-row' }, filterBar, this.#status),
      this.#spoken,
    );
  }

  set title(title: string) {
    setText(this.#title, title);
  }

  show(summary: string, problems: readonly FormProblem[]): void {
    const errors = problems.filter(({ severity }) => severity === 'error').length;
    setText(this.#summary, errors > 0 ? 'What it costs is estimated once the errors are mended.' : summary);
    const warnings = problems.length - errors;
    const counts = [counted(errors, 'error'), counted(warnings, 'warning')].filter(words => words !== '');
    setText(this.#status, counts.join(', '));
    setText(this.#spoken, counts.length === 0 ? 'No problems.' : counts.join(', '));
    show(this.#status, counts.length > 0);
    this.#status.classList.toggle('error', errors > 0);
  }
}

function counted(count: number, name: string): string {
  return count === 0 ? '' : `${count} ${count === 1 ? name : `${name}s`}`;
}
