import { element, setText, show } from '../dom';
import type { ChartCard } from './chartCard';
import { formatPosition, type XAxis } from './xAxis';

/** Distance between the pointer and the tooltip in pixels. */
const distance = 16;

/** One box with the values of every chart at the position pointed at. */
export class Tooltip {
  readonly element = element('div', { class: 'tooltip', attributes: { 'aria-hidden': 'true' } });
  readonly #title = element('div', { class: 'tooltip-title' });
  readonly #body = element('div', { class: 'tooltip-body' });

  constructor() {
    this.element.append(this.#title, this.#body);
    show(this.element, false);
    document.body.append(this.element);
  }

  hide(): void {
    show(this.element, false);
  }

  show(
    x: number,
    axis: XAxis,
    cards: readonly ChartCard[],
    near: { readonly x: number; readonly y: number } | undefined,
  ): void {
    setText(this.#title, formatPosition(x, axis));
    this.#body.replaceChildren(
      ...cards.flatMap(card => {
        const readings = card.readingsAt(x).filter(({ text }) => text !== '');
        if (readings.length === 0) return [];
        return [
          element('div', { class: 'tooltip-chart' }, card.spec.title),
          ...readings.map(({ label, text, color }) => {
            const swatch = element('span', { class: 'swatch' });
            swatch.style.setProperty('--color', color);
            return element(
              'div',
              { class: 'tooltip-row' },
              swatch,
              element('span', { class: 'tooltip-label' }, label),
              element('span', { class: 'tooltip-value' }, text),
            );
          }),
        ];
      }),
    );
    show(this.element, true);
    if (near) this.#place(near);
  }

  /** Beside the pointer, on the side with more room, inside the window. */
  #place({ x, y }: { readonly x: number; readonly y: number }): void {
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const { innerWidth, innerHeight } = window;
    const left = x + distance + width <= innerWidth ? x + distance : x - distance - width;
    const top = Math.min(Math.max(8, y - height / 2), innerHeight - height - 8);
    this.element.style.transform = `translate(${Math.max(4, Math.round(left))}px, ${Math.max(4, Math.round(top))}px)`;
  }
}
