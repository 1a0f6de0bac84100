import type { FormProblem, FormSection } from '../../extension/contract/configForm';
import { element, show, uniqueId } from '../shared/dom';
import { FieldView } from './fieldView';
import type { Outbox } from './outbox';
import { ProblemList } from './problems';

/** A section with its heading, and its entry in the list of sections. */
export class SectionView {
  readonly element: HTMLElement;
  readonly link: HTMLElement;
  readonly fields: readonly FieldView[];
  readonly #section: FormSection;
  readonly #problems: ProblemList;

  constructor(section: FormSection, outbox: Outbox) {
    this.#section = section;
    this.fields = section.fields.map(field => new FieldView(field, section.title, outbox));
    this.#problems = new ProblemList(uniqueId('problems'), mend => outbox.mend(section.path, mend));
    const id = `section-${section.path || 'run'}`;
    const heading = element('h2', { id, attributes: { tabindex: '-1' } }, section.title);
    this.element = element(
      'section',
      { attributes: { 'aria-labelledby': id } },
      heading,
      element('p', { class: 'section-description' }, section.description),
      this.#problems.element,
      ...this.fields.map(field => field.element),
    );
    const jump = element('a', { attributes: { href: `#${id}` } }, section.title);
    jump.addEventListener('click', event => {
      event.preventDefault();
      heading.scrollIntoView({ block: 'start' });
      heading.focus({ preventScroll: true });
    });
    this.link = element('li', {}, jump);
  }

  showProblems(problems: readonly FormProblem[]): void {
    const own = problems.filter(({ at }) => at === this.#section.path && at !== '');
    this.#problems.show(own);
    const hasErrors =
      this.fields.some(field => field.hasErrors) || own.some(({ severity }) => severity === 'error');
    this.link.classList.toggle('has-error', hasErrors);
  }

  /** How many of its fields are shown. */
  filter(words: readonly string[], onlyModified: boolean, withSpare: boolean): number {
    const shown = this.fields.filter(field => field.filter(words, onlyModified, withSpare)).length;
    show(this.element, shown > 0);
    show(this.link, shown > 0);
    return shown;
  }
}
