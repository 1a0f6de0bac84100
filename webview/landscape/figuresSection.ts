import type { LandscapeRun, StoredLandscape } from '../../extension/contract/landscapePage';
import { hint } from '../shared/controls';
import { element, show } from '../shared/dom';
import { absent, formatNumber } from '../shared/format';
import { colorOf } from '../shared/palette';
import type { Theme } from '../shared/theme';
import { lossDefinitions, lossNames } from './comparability';
import { inkOf } from './curveSection';
import {
  type Figure,
  type FigureRow,
  figureRows,
  quantityDefinitions,
  quantityNames,
  quantityUnits,
} from './figures';

/** The figures that are one number: a row for all that were measured alike, a column a run. */
export class FiguresSection {
  readonly element: HTMLElement;
  readonly #table = element('div', {
    class: 'table-scroll',
    attributes: { tabindex: 0, role: 'group', 'aria-label': 'Table of figures' },
  });
  #shown = '';

  constructor() {
    this.element = element(
      'section',
      { class: 'card', attributes: { 'aria-label': 'Figures' } },
      element(
        'div',
        { class: 'card-head' },
        element('h2', {}, 'Figures'),
        hint(
          'the figures',
          'Smaller is flatter. Figures in one row were measured alike and may be compared; ± is one standard error. A flatter loss describes the network around its weights: it is no proof of robustness, and does not replace an evaluation.',
        ),
      ),
      this.#table,
    );
  }

  update(runs: readonly LandscapeRun[], landscapes: readonly StoredLandscape[], theme: Theme): void {
    const rows = figureRows(landscapes);
    show(this.element, rows.length > 0);
    // A hint that is being read stays open while nothing has changed.
    const key = JSON.stringify([rows.map(row => [...row.figures]), runs, theme.kind]);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#table.replaceChildren(
      element(
        'table',
        { class: 'grid' },
        element(
          'caption',
          { class: 'screen-reader' },
          'Figures of each run, those measured alike in one row',
        ),
        element('thead', {}, headRow(runs, theme)),
        element('tbody', {}, ...rows.flatMap((row, i) => bodyRows(row, rows[i - 1], runs))),
      ),
    );
  }
}

function headRow(runs: readonly LandscapeRun[], theme: Theme): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { attributes: { scope: 'col' } }, 'Loss'),
    element('th', { attributes: { scope: 'col' } }, 'Measured with'),
    ...runs.map(({ runFolder }) => {
      const { name, hue } = inkOf(runs, runFolder);
      const swatch = element('span', { class: 'swatch' });
      swatch.style.setProperty('--color', colorOf(hue, theme));
      return element(
        'th',
        { class: 'number', attributes: { scope: 'col' } },
        element('span', { class: 'run-name' }, swatch, name),
      );
    }),
  );
}

/** The row, and above the first one of a quantity its name, unit and definition. */
function bodyRows(
  row: FigureRow,
  before: FigureRow | undefined,
  runs: readonly LandscapeRun[],
): HTMLElement[] {
  const { quantity, loss, setting, images, figures } = row;
  const cells = element(
    'tr',
    {},
    element(
      'th',
      { attributes: { scope: 'row' } },
      element('span', { class: 'named' }, lossNames[loss], hint(lossNames[loss], lossDefinitions[loss])),
    ),
    element('td', {}, setting, element('div', { class: 'note' }, images)),
    ...runs.map(({ runFolder }) => figureCell(figures.get(runFolder))),
  );
  if (before?.quantity === quantity) return [cells];
  const heading = element(
    'tr',
    { class: 'quantity' },
    element(
      'th',
      { attributes: { scope: 'rowgroup', colspan: 2 + runs.length } },
      element(
        'span',
        { class: 'named' },
        `${quantityNames[quantity]}, ${quantityUnits[quantity]}`,
        hint(quantityNames[quantity], quantityDefinitions[quantity]),
      ),
    ),
  );
  return [heading, cells];
}

function figureCell(figure: Figure | undefined): HTMLElement {
  if (!figure) return element('td', { class: 'number' }, absent);
  const { value, standardError, notes } = figure;
  const error = standardError === undefined ? '' : ` ± ${formatNumber(standardError)}`;
  return element(
    'td',
    { class: 'number' },
    `${formatNumber(value)}${error}`,
    ...notes.map(note => element('div', { class: 'note' }, note)),
  );
}
