import { hint } from '../shared/controls';
import { element, setText, show } from '../shared/dom';
import { absent, formatEpoch, formatNumber, formatPercent } from '../shared/format';
import type { RunData } from '../shared/runData';
import { sharpnessMeaning } from './charts';

const columns = ['Best', 'Last', 'Test'] as const;
type Column = (typeof columns)[number];

interface Accuracies {
  readonly robustAccuracy: number;
  readonly cleanAccuracy: number;
}

/** The headline figures: accuracies at the best, the last and the test measurement, and the latest loss and sharpness. */
export class FiguresPanel {
  readonly element: HTMLElement;
  readonly #cells = new Map<string, HTMLElement>();
  readonly #notes = new Map<Column, HTMLElement>();
  readonly #loss = element('span', { class: 'tile-value' });
  readonly #lossNote = element('span', { class: 'note' });
  readonly #sharpness = element('span', { class: 'tile-value' });
  readonly #sharpnessNote = element('span', { class: 'note' });
  readonly #sharpnessTile: HTMLElement;

  constructor() {
    const row = (figure: keyof Accuracies, name: string) =>
      element(
        'tr',
        { class: figure },
        element('th', { attributes: { scope: 'row' } }, name),
        ...columns.map(column => {
          const cell = element('td', {}, absent);
          this.#cells.set(column + figure, cell);
          return cell;
        }),
      );
    const table = element(
      'table',
      { class: 'headline' },
      element(
        'caption',
        { class: 'screen-reader' },
        'Accuracy: best and last on validation images, and on test images',
      ),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { attributes: { scope: 'col' }, class: 'corner' }, 'Accuracy'),
          ...columns.map(column => {
            const note = element('span', { class: 'note' });
            this.#notes.set(column, note);
            return element('th', { attributes: { scope: 'col' } }, element('span', {}, column), note);
          }),
        ),
      ),
      element('tbody', {}, row('robustAccuracy', 'Robust'), row('cleanAccuracy', 'Clean')),
    );
    this.#sharpnessTile = tile('Sharpness', this.#sharpness, this.#sharpnessNote, sharpnessMeaning);
    this.element = element(
      'section',
      { class: 'figures', attributes: { 'aria-label': 'Figures' } },
      element('div', { class: 'card' }, table),
      element(
        'div',
        { class: 'tiles' },
        tile('Training loss', this.#loss, this.#lossNote),
        this.#sharpnessTile,
      ),
    );
  }

  update(run: RunData): void {
    const best = run.bestValidation();
    const last = run.lastValidation();
    this.#set('Best', best, best ? `epoch ${formatEpoch(run.epochOf(best.step))}` : 'validation');
    this.#set('Last', last, last ? `epoch ${formatEpoch(run.epochOf(last.step))}` : 'validation');
    this.#set('Test', run.test, run.test ? `${run.test.attack}, ${run.test.weights} weights` : 'at the end');

    const loss = run.latest('total');
    setText(this.#loss, formatNumber(loss));
    setText(this.#lossNote, 'latest step');

    const row = run.sharpness.rows - 1;
    show(this.#sharpnessTile, row >= 0);
    const error = run.sharpness.at(row, 'adversarialStandardError');
    setText(this.#sharpness, formatNumber(run.sharpness.at(row, 'adversarial')));
    setText(
      this.#sharpnessNote,
      `± ${formatNumber(error)}, adversarial images; noise floor ${formatNumber(run.sharpness.at(row, 'noiseFloor'))}`,
    );
  }

  #set(column: Column, accuracies: Accuracies | undefined, note: string): void {
    for (const figure of ['robustAccuracy', 'cleanAccuracy'] as const) {
      const cell = this.#cells.get(column + figure);
      if (cell) setText(cell, formatPercent(accuracies?.[figure]));
    }
    const noteElement = this.#notes.get(column);
    if (noteElement) setText(noteElement, note);
  }
}

function tile(name: string, value: HTMLElement, note: HTMLElement, meaning?: string): HTMLElement {
  return element(
    'div',
    { class: 'card tile' },
    element('h2', {}, name, meaning === undefined ? undefined : hint(name, meaning)),
    value,
    note,
  );
}
