import type { FieldState, FormField } from '../../extension/contract/configForm';
import { element, setText, uniqueId } from '../shared/dom';
import type { Outbox } from './outbox';

/** The control of one field. */
export interface Input {
  /** What the label names. */
  readonly target: HTMLElement & { readonly id: string };
  readonly element: HTMLElement;
  /** Shows the document's value; `isAhead` tells that something newer was entered. */
  show(state: FieldState, isAhead: boolean): void;
}

export function inputFor(field: FormField, outbox: Outbox): Input {
  switch (field.control) {
    case 'choice':
      return choiceInput(field, outbox);
    case 'flag':
      return flagInput(field, outbox);
    default:
      return textInput(field, outbox);
  }
}

/** A drop-down list, with the meaning of the chosen value below it. */
function choiceInput({ path, choices = [], defaultText, nullLabel }: FormField, outbox: Outbox): Input {
  const automatic = nullLabel === undefined ? undefined : element('option', { attributes: { value: '' } });
  const options = choices.map(({ text }) =>
    element('option', { attributes: { value: text } }, text === defaultText ? `${text} (default)` : text),
  );
  const unknown = element('option', { attributes: { hidden: true } });
  const select = element('select', { id: uniqueId('input') }, automatic, ...options, unknown);
  const meaning = element('p', { class: 'choice-meaning', id: uniqueId('choice') });
  select.addEventListener('change', () => {
    if (select.value === '') outbox.setNull(path);
    else outbox.set(path, select.value);
  });
  return {
    target: select,
    element: element('div', { class: 'choice-input' }, select, meaning),
    show(state, isAhead) {
      if (automatic !== undefined) {
        setText(automatic, `${nullLabel}${state.isNull && state.resolved ? ` (${state.resolved})` : ''}`);
      }
      const text = state.text === '' && !state.isNull ? (defaultText ?? '') : state.text;
      const isUnknown = !choices.some(choice => choice.text === text) && !(state.isNull && automatic);
      unknown.value = isUnknown ? text : ' ';
      setText(unknown, isUnknown ? `${text || 'nothing'} (not allowed)` : '');
      if (!isAhead && select.value !== unknown.value) select.value = text;
      if (isUnknown && !isAhead) unknown.selected = true;
      const shown = state.isNull ? state.resolved : text;
      const about = choices.find(choice => choice.text === shown)?.meaning ?? '';
      const resolved = state.resolved === undefined || state.isNull ? '' : ` Here: ${state.resolved}.`;
      setText(meaning, about + resolved);
    },
  };
}

function flagInput({ path, defaultText }: FormField, outbox: Outbox): Input {
  const box = element('input', { id: uniqueId('input'), attributes: { type: 'checkbox' } });
  const word = element('span', { class: 'flag-word', attributes: { 'aria-hidden': 'true' } });
  box.addEventListener('change', () => outbox.set(path, String(box.checked)));
  return {
    target: box,
    element: element('div', { class: 'flag-input' }, box, word),
    show({ text }, isAhead) {
      if (isAhead) return;
      const written = text === '' ? (defaultText ?? '') : text;
      box.checked = written === 'true';
      box.indeterminate = written !== 'true' && written !== 'false';
      setText(word, box.indeterminate ? written : box.checked ? 'on' : 'off');
    },
  };
}

/**
 * A line of text: also for numbers, so that a wrong value can be seen and mended instead of vanishing. An emptied field
 * waits until it is left, and then returns to its default.
 */
function textInput(field: FormField, outbox: Outbox): Input {
  const { path, control, required, suggestions = [], nullLabel, defaultText, unit } = field;
  const list = suggestions.length > 0 ? suggestionList(suggestions) : undefined;
  const input = element('input', {
    id: uniqueId('input'),
    class: `text-input ${control}`,
    attributes: {
      type: 'text',
      autocomplete: 'off',
      spellcheck: 'false',
      inputmode: control === 'number' ? 'decimal' : undefined,
      list: list?.id,
      'aria-required': required ? 'true' : undefined,
    },
  });
  const resolved = element('output', { class: 'resolved', attributes: { for: input.id } });
  const automatic = nullLabel === undefined ? undefined : automaticBox(field, input, outbox);
  let shown: FieldState | undefined;

  const isHeldBack = () => document.activeElement === input && input.value.trim() === '' && !required;
  input.addEventListener('input', () => {
    if (!isHeldBack()) outbox.type(path, input.value);
  });
  input.addEventListener('change', () => {
    if (input.value.trim() === '' && !required) {
      if (shown?.isNull !== true) outbox.reset(path);
    } else outbox.flush(path);
  });
  input.addEventListener('blur', () => {
    // Nothing was changed, but the field was emptied and filled by hand: show what holds.
    if (input.value.trim() === '' && shown !== undefined) input.value = valueShown(shown, defaultText);
  });

  return {
    target: input,
    element: element(
      'div',
      { class: 'line' },
      input,
      list,
      isShortUnit(unit) && element('span', { class: 'unit' }, unit),
      resolved,
      automatic?.element,
    ),
    show(state, isAhead) {
      shown = state;
      const text = valueShown(state, defaultText);
      if (!isAhead && !isHeldBack() && !isSameInput(input.value, text)) setKeepingCaret(input, text);
      input.placeholder = state.isNull ? (state.resolved ?? '') : '';
      setText(resolved, state.resolved === undefined || state.isNull ? '' : `= ${state.resolved}`);
      automatic?.show(state, isAhead || isHeldBack());
    },
  };
}

/** Whether a unit stands beside its control rather than in the text below. */
export function isShortUnit(unit: string | undefined): boolean {
  return unit !== undefined && unit.length <= 12;
}

function valueShown({ text, isNull }: FieldState, defaultText = ''): string {
  return text === '' && !isNull ? defaultText : text;
}

/** The box that hands a field to its rule; taking the tick away starts from what the rule gave. */
function automaticBox({ path, label, nullLabel = '' }: FormField, input: HTMLInputElement, outbox: Outbox) {
  const box = element('input', {
    id: uniqueId('automatic'),
    attributes: { type: 'checkbox', 'aria-label': `${label}: ${nullLabel}` },
  });
  let current: FieldState | undefined;
  box.addEventListener('change', () => {
    if (box.checked) {
      outbox.setNull(path);
      return;
    }
    input.focus();
    if (current?.resolved !== undefined) {
      input.value = current.resolved;
      input.select();
      outbox.set(path, input.value);
    }
  });
  return {
    element: element('label', { class: 'automatic', attributes: { for: box.id } }, box, nullLabel),
    show(state: FieldState, isAhead: boolean) {
      current = state;
      if (!isAhead) box.checked = state.isNull;
      else if (input.value.trim() !== '') box.checked = false;
    },
  };
}

function suggestionList(suggestions: readonly string[]): HTMLDataListElement {
  const options = suggestions.map(value => element('option', { attributes: { value } }));
  return element('datalist', { id: uniqueId('suggestions') }, ...options);
}

/** What is typed may be written in another way than the document holds it: "8 / 255", "1e-1", "1,2". */
function isSameInput(typed: string, text: string): boolean {
  if (typed.trim() === text) return true;
  const [one, other] = [typed, text].map(value =>
    value
      .trim()
      .replace(/[\s,;[\]]+/g, ' ')
      .trim(),
  );
  return one !== '' && (one === other || (Number.isFinite(Number(one)) && Number(one) === Number(other)));
}

function setKeepingCaret(input: HTMLInputElement, text: string): void {
  const caret = document.activeElement === input ? input.selectionStart : null;
  input.value = text;
  if (caret !== null) input.setSelectionRange(Math.min(caret, text.length), Math.min(caret, text.length));
}
