import { hint } from '../shared/controls';
import { element, setText, show } from '../shared/dom';
import { formatEpoch, formatPercent } from '../shared/format';
import { icon } from '../shared/icons';
import type { RunData } from '../shared/runData';
import { findRobustOverfitting, robustOverfittingDefinition } from './robustOverfitting';

/** A plain warning when robust overfitting has set in. */
export class OverfittingBanner {
  readonly element: HTMLElement;
  readonly #text = element('p');
  #measurements = -1;

  constructor() {
    this.element = element(
      'section',
      { class: 'banner', attributes: { role: 'status', 'aria-label': 'Robust overfitting' } },
      icon('warning'),
      element('div', {}, element('strong', {}, 'Robust overfitting'), this.#text),
      hint('robust overfitting', robustOverfittingDefinition),
    );
    show(this.element, false);
  }

  update(run: RunData): void {
    // It can only change with a measurement.
    if (run.validation.rows === this.#measurements) return;
    this.#measurements = run.validation.rows;
    const training = Array.from(run.epochs.step, (step, row) => ({
      step,
      robustAccuracy: run.epochs.at(row, 'robustAccuracy'),
    }));
    const found = findRobustOverfitting(run.validationRows(), training);
    show(this.element, found !== undefined);
    if (!found) return;
    setText(
      this.#text,
      `Validation robust accuracy has fallen to ${formatPercent(found.last)} from its best, ${formatPercent(found.best)} at ` +
        `epoch ${formatEpoch(run.epochOf(found.bestStep))}, while training robust accuracy has risen from ` +
        `${formatPercent(found.trainingAtBest)} to ${formatPercent(found.trainingNow)}. ` +
        'Training on is likely to make it worse; the best checkpoint is kept (Rice et al. 2020).',
    );
  }

  /** Another run's measurements follow. */
  reset(): void {
    this.#measurements = -1;
  }
}
