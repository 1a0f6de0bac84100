import type { Board } from './chart/board';
import { type XAxis, xAxisNames } from './chart/xAxis';
import { Choice, hint, iconButton } from './controls';
import { element, setText, uniqueId } from './dom';
import { type Smoothing, spanOf, weightOf } from './series/smoothing';

/** How all charts are looked at: smoothing, horizontal axis, zoom. */
export class Toolbar {
  readonly element: HTMLElement;
  readonly #board: Board;
  readonly #slider: HTMLInputElement;
  readonly #amount = element('output', { class: 'amount' });
  readonly #kind: Choice<Smoothing['kind']>;
  readonly #xAxis: Choice<XAxis>;
  readonly #reset: HTMLButtonElement;

  constructor(board: Board, ...more: readonly HTMLElement[]) {
    this.#board = board;
    const id = uniqueId('smoothing');
    this.#slider = element('input', {
      id,
      attributes: { type: 'range', min: 0, max: 100, step: 1 },
      on: { input: () => this.#smooth({ strength: Number(this.#slider.value) / 100 }) },
    });
    this.#kind = new Choice('Kind of smoothing', { exponential: 'Exponential', window: 'Window' }, kind =>
      this.#smooth({ kind }),
    );
    this.#xAxis = new Choice('Horizontal axis', xAxisNames, xAxis => board.look({ xAxis, zoom: undefined }));
    this.#reset = iconButton('Show all', 'reset', () => board.look({ zoom: undefined }));
    this.element = element(
      'div',
      { class: 'toolbar', attributes: { role: 'toolbar', 'aria-label': 'Charts' } },
      element(
        'div',
        { class: 'tool' },
        element('label', { attributes: { for: id } }, 'Smoothing'),
        this.#slider,
        this.#amount,
        this.#kind.element,
        hint(
          'smoothing',
          'A mean over past points of the figures of single steps, taken before anything is left out for drawing. ' +
            'Measurements at the ends of epochs are never smoothed. Faint lines are the unsmoothed figures.',
        ),
      ),
      element('div', { class: 'tool' }, element('span', {}, 'Horizontal'), this.#xAxis.element),
      element(
        'div',
        { class: 'tool' },
        element('span', {}, 'Zoom'),
        element(
          'div',
          { class: 'icon-row' },
          iconButton('Zoom in', 'plus', () => board.zoomBy(2)),
          iconButton('Zoom out', 'minus', () => board.zoomBy(0.5)),
          this.#reset,
        ),
        hint(
          'zoom',
          'Drag over a chart to look closer; Shift and drag moves; Ctrl and the wheel zooms. On a chart with the keyboard: ' +
            'arrows read values, Shift and arrows move, plus and minus zoom, 0 shows all.',
        ),
      ),
      element('span', { class: 'spacer' }),
      ...more,
    );
    this.update();
  }

  /** Shows how the board is looked at. */
  update(): void {
    const { smoothing, xAxis, zoom } = this.#board.view;
    this.#slider.value = String(Math.round(smoothing.strength * 100));
    const amount = describeSmoothing(smoothing);
    setText(this.#amount, amount);
    this.#slider.setAttribute('aria-valuetext', amount);
    this.#kind.value = smoothing.kind;
    this.#xAxis.value = xAxis;
    this.#reset.disabled = zoom === undefined;
  }

  #smooth(change: Partial<Smoothing>): void {
    this.#board.look({ smoothing: { ...this.#board.view.smoothing, ...change } });
  }
}

/** The amount in its own terms: the weight of the past, or the number of points. */
export function describeSmoothing({ kind, strength }: Smoothing): string {
  if (strength <= 0) return 'none';
  const points = Math.round(spanOf(strength));
  return kind === 'window' ? `${points} points` : weightOf(strength).toFixed(strength > 0.67 ? 3 : 2);
}
