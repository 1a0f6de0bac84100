import { attackListTitle, checkpointTitle, threatTitle } from '../../extension/contract/evaluationNames';
import type { EvaluationView } from '../../extension/contract/evaluationPage';
import { element, setText, show } from '../shared/dom';
import { formatCount, formatDuration, formatPercent } from '../shared/format';

const columns = [
  'Attack',
  'Radius',
  'Checkpoint',
  'Images',
  'Clean',
  'Worst case',
  '95 % interval',
  'Time',
] as const;

/** A row an evaluation; one is chosen to be looked at closely. Rows stay the same elements while their figures change. */
export class EvaluationsTable {
  readonly element: HTMLElement;
  readonly #body = element('tbody');
  readonly #rows = new Map<string, Row>();
  readonly #choose: (name: string) => void;

  constructor(choose: (name: string) => void) {
    this.#choose = choose;
    const heads = columns.map((name, i) =>
      element('th', { class: i > 2 ? 'number' : '', attributes: { scope: 'col' } }, name),
    );
    this.element = element(
      'div',
      {
        class: 'table-scroll',
        attributes: { tabindex: 0, role: 'group', 'aria-label': 'Table of evaluations' },
      },
      element(
        'table',
        { class: 'grid evaluations-table' },
        element('caption', { class: 'screen-reader' }, 'Evaluations, the newest first'),
        element('thead', {}, element('tr', {}, ...heads)),
        this.#body,
      ),
    );
  }

  update(evaluations: readonly EvaluationView[], chosen: string | undefined): void {
    show(this.element, evaluations.length > 0);
    for (const [name, row] of this.#rows) {
      if (evaluations.some(evaluation => evaluation.name === name)) continue;
      row.element.remove();
      this.#rows.delete(name);
    }
    for (const [place, evaluation] of evaluations.entries()) {
      const { name } = evaluation;
      const row = this.#rows.get(name) ?? new Row(() => this.#choose(name));
      this.#rows.set(name, row);
      // Moving an element takes the focus from it.
      if (this.#body.children[place] !== row.element) {
        this.#body.insertBefore(row.element, this.#body.children[place] ?? null);
      }
      row.update(evaluation, name === chosen);
    }
  }
}

class Row {
  readonly element: HTMLTableRowElement;
  readonly #button: HTMLButtonElement;
  readonly #cells: readonly HTMLElement[];

  constructor(choose: () => void) {
    this.#button = element('button', {
      class: 'row-button',
      attributes: { type: 'button' },
      on: { click: choose },
    });
    this.#cells = columns.slice(1).map((_, i) => element('td', { class: i > 1 ? 'number' : '' }));
    this.element = element(
      'tr',
      { on: { click: choose } },
      element('th', { attributes: { scope: 'row' } }, this.#button),
      ...this.#cells,
    );
  }

  update({ setting, figures, seconds, state, standing, warnings }: EvaluationView, isChosen: boolean): void {
    const hasFigures = state === 'finished' || (standing !== undefined && standing.stage !== 'clean');
    const soFar = state === 'finished' ? '' : ' so far';
    const { clean, worstCase } = figures;
    const texts = [
      threatTitle(setting),
      checkpointTitle(setting.checkpoint),
      formatCount(setting.examples.to - setting.examples.from),
      hasFigures ? formatPercent(clean.accuracy) : '',
      hasFigures ? `${formatPercent(worstCase.accuracy)}${soFar}` : '',
      hasFigures ? intervalText(worstCase.interval) : '',
      formatDuration(state === 'running' ? (standing?.seconds ?? seconds) : seconds),
    ];
    for (const [i, text] of texts.entries()) {
      const cell = this.#cells[i];
      if (cell) setText(cell, text);
    }
    const title = attackListTitle(setting.attack) + (setting.each ? ', each alone' : '');
    setText(this.#button, warnings.length > 0 ? `${title} ⚠` : title);
    this.#button.title = warnings.length > 0 ? 'With warnings' : '';
    this.#button.setAttribute('aria-pressed', String(isChosen));
    this.element.classList.toggle('chosen', isChosen);
  }
}

/** "83.1 to 88.2 %" */
export function intervalText([low, high]: readonly [number, number]): string {
  return `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %`;
}
