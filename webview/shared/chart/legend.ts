import { element, setText, show } from '../dom';
import { colorOf } from '../palette';
import type { Theme } from '../theme';
import { ownValues } from './readings';
import type { ChartSpec, Series } from './series';
import { lastFinite } from './trend';

interface Entry {
  readonly button: HTMLButtonElement;
  readonly swatch: HTMLElement;
  readonly value: HTMLElement;
}

/** The series of a chart with their latest values; each is switched on and off by its button. */
export class Legend {
  readonly element: HTMLElement;
  readonly #entries = new Map<string, Entry>();
  readonly #isShown: (series: Series) => boolean;
  /** Whose colours the entries have. */
  #theme: Theme | undefined;
  readonly #format: (value: number | undefined) => string;

  constructor(
    spec: ChartSpec,
    actions: {
      isShown: (series: Series) => boolean;
      toggle: (series: Series) => void;
      format: (value: number | undefined) => string;
    },
  ) {
    this.#isShown = actions.isShown;
    this.#format = actions.format;
    this.element = element('div', {
      class: 'legend',
      attributes: { role: 'group', 'aria-label': `Series of ${spec.title}` },
    });
    for (const series of spec.series) {
      const swatch = element('span', { class: series.measured ? 'swatch measured' : 'swatch' });
      const value = element('span', { class: 'legend-value' });
      const button = element(
        'button',
        {
          class: 'legend-entry',
          attributes: { type: 'button' },
          on: { click: () => actions.toggle(series) },
        },
        swatch,
        element('span', { class: 'legend-label' }, series.label),
        value,
      );
      this.#entries.set(series.id, { button, swatch, value });
      this.element.append(button);
    }
  }

  /** Shows the latest values; a series that has none takes no room. */
  update(all: readonly Series[], theme: Theme): void {
    for (const series of all) {
      const entry = this.#entries.get(series.id);
      if (!entry) continue;
      const values = ownValues(series);
      const last = values && lastFinite(values);
      show(entry.button, last !== undefined);
      setText(entry.value, this.#format(last));
      entry.button.setAttribute('aria-pressed', String(this.#isShown(series)));
      if (this.#theme !== theme) entry.swatch.style.setProperty('--color', colorOf(series.hue, theme));
    }
    this.#theme = theme;
  }
}
