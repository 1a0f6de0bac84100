import type { FieldState, FormField, FormProblem } from '../../extension/contract/configForm';
import { iconButton } from '../shared/controls';
import { element, setText, show, uniqueId } from '../shared/dom';
import { type Input, inputFor, isShortUnit } from './inputs';
import type { Outbox } from './outbox';
import { ProblemList } from './problems';

/** A field: its label, what it means, its control, its problems. */
export class FieldView {
  readonly element: HTMLElement;
  readonly field: FormField;
  readonly #input: Input;
  readonly #outbox: Outbox;
  readonly #problems: ProblemList;
  readonly #modified = element('span', { class: 'modified-word' }, 'Modified');
  readonly #reset: HTMLButtonElement;
  readonly #inactive = element('p', { class: 'inactive-reason' });
  readonly #searched: string;
  #isSpare = false;
  #isModified = false;
  #hasErrors = false;

  constructor(field: FormField, sectionTitle: string, outbox: Outbox) {
    this.field = field;
    this.#outbox = outbox;
    this.#input = inputFor(field, outbox);
    const [meaningId, problemsId] = [uniqueId('meaning'), uniqueId('problems')];
    this.#problems = new ProblemList(problemsId, mend => {
      outbox.mend(field.path, mend);
      this.focus();
    });
    this.#input.target.setAttribute('aria-describedby', `${meaningId} ${problemsId}`);
    this.#reset = iconButton(`Reset ${field.label} to its default`, 'reset', () => {
      outbox.reset(field.path);
      this.focus();
    });
    this.#searched = [
      sectionTitle,
      field.label,
      field.path,
      field.meaning,
      ...(field.choices ?? []).map(c => c.text),
    ]
      .join(' ')
      .toLowerCase();
    this.element = element(
      'div',
      { class: 'field', attributes: { 'data-path': field.path } },
      element(
        'div',
        { class: 'field-head' },
        element('label', { attributes: { for: this.#input.target.id } }, field.label),
        element('code', { class: 'path' }, field.path),
        this.#modified,
        this.#reset,
      ),
      element('p', { class: 'meaning', id: meaningId }, field.meaning),
      this.#inactive,
      this.#input.element,
      this.#problems.element,
      element('p', { class: 'facts' }, factsOf(field)),
    );
  }

  get hasErrors(): boolean {
    return this.#hasErrors;
  }

  show(state: FieldState, problems: readonly FormProblem[], answered: number): void {
    this.#input.show(state, this.#outbox.isAhead(this.field.path, answered));
    this.#problems.show(problems);
    this.#hasErrors = problems.some(({ severity }) => severity === 'error');
    this.#isModified = state.modified;
    this.#isSpare = state.inactive !== undefined && !state.modified && problems.length === 0;
    const { target } = this.#input;
    if (this.#hasErrors) target.setAttribute('aria-invalid', 'true');
    else target.removeAttribute('aria-invalid');
    const { classList } = this.element;
    classList.toggle('modified', state.modified);
    classList.toggle('inactive', state.inactive !== undefined);
    classList.toggle('has-error', this.#hasErrors);
    show(this.#modified, state.modified);
    show(this.#reset, state.modified);
    show(this.#inactive, state.inactive !== undefined);
    setText(this.#inactive, state.inactive === undefined ? '' : `No effect here: ${state.inactive}.`);
  }

  /** Shows or hides the field; a setting without effect is shown where it is searched for or asked for. */
  filter(words: readonly string[], onlyModified: boolean, withSpare: boolean): boolean {
    const isFound = words.every(word => this.#searched.includes(word));
    const isWanted = (!onlyModified || this.#isModified) && (!this.#isSpare || withSpare || words.length > 0);
    show(this.element, isFound && isWanted);
    return isFound && isWanted;
  }

  focus(): void {
    this.#input.target.focus();
  }
}

function factsOf({ default: fallback, unit, allowed, control, source, required }: FormField): string {
  const facts = [
    required ? 'Required' : `Default: ${fallback ?? 'none'}`,
    ...(unit === undefined || isShortUnit(unit) ? [] : [`Unit: ${unit}`]),
    ...(control === 'choice' || control === 'flag' ? [] : [`Allowed: ${allowed}`]),
    ...(source === undefined ? [] : [`Source: ${source}`]),
  ];
  return `${facts.join('. ')}.`;
}
