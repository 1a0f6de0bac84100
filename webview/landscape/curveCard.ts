import type { LandscapeLoss } from '../../extension/contract/landscape';
import type { StoredLandscape } from '../../extension/contract/landscapePage';
import { hint } from '../shared/controls';
import { element, setText, show, uniqueId } from '../shared/dom';
import { formatNumber } from '../shared/format';
import type { Frames } from '../shared/frames';
import { colorOf, type Hue } from '../shared/palette';
import type { Theme } from '../shared/theme';
import { CanvasView } from './canvasView';
import { lossDefinitions, lossNames } from './comparability';
import { curveArea, type DrawnCurve, drawCurves } from './curveChart';
import { label, type Size, shortNumber } from './drawing';
import { keyFrame } from './frame';
import { rangeOf } from './grid';
import { paragraph, savePng, within } from './picture';
import { type ScaleKind, ValueScale } from './valueScale';

/** A run's curve with how it is told from the others. */
export interface CurveOfRun {
  readonly name: string;
  readonly hue: Hue;
  readonly dash: readonly number[];
  readonly landscape: StoredLandscape;
}

/** One loss along one direction, the curves of several runs over each other. */
export class CurveCard {
  readonly element: HTMLElement;
  readonly loss: LandscapeLoss;
  readonly #view: CanvasView;
  readonly #save: (name: string, content: Uint8Array) => void;
  readonly #readout = element('p', { class: 'readout', attributes: { 'aria-live': 'polite' } });
  readonly #description = element('p', { class: 'screen-reader', id: uniqueId('curve') });
  readonly #pointer = element('div', { class: 'curve-pointer' });
  #curves: readonly CurveOfRun[] = [];
  #scale: ScaleKind = 'linear';
  #theme: Theme | undefined;
  #at: number | undefined;

  constructor(loss: LandscapeLoss, frames: Frames, save: (name: string, content: Uint8Array) => void) {
    this.loss = loss;
    this.#save = save;
    this.#view = new CanvasView(frames, (context, size) => {
      this.#paint(context, size);
      this.#placePointer();
    });
    const frame = keyFrame(
      'curve-frame',
      `${lossNames[loss]} loss along a direction. Arrow keys read values.`,
      this.#description.id,
      {
        ArrowRight: () => this.#movePoint(1),
        ArrowLeft: () => this.#movePoint(-1),
        Escape: () => this.#pointAt(undefined),
      },
    );
    this.#view.mount(frame);
    frame.append(this.#pointer);
    frame.addEventListener('pointermove', event => this.#pointAt(this.#placeUnder(event.offsetX)));
    frame.addEventListener('pointerleave', () => this.#pointAt(undefined));
    this.element = element(
      'section',
      { class: 'curve-card', attributes: { 'aria-label': `Curve, ${lossNames[loss]}` } },
      element(
        'div',
        { class: 'card-head' },
        element('h3', {}, lossNames[loss]),
        hint(`the loss of ${lossNames[loss]}`, lossDefinitions[loss]),
        element(
          'button',
          {
            class: 'text-button push-right',
            title: 'Save as PNG',
            attributes: { type: 'button', 'aria-label': `Save as PNG, curve, ${lossNames[loss]}` },
            on: { click: () => void this.#savePicture() },
          },
          'PNG',
        ),
      ),
      frame,
      this.#readout,
      this.#description,
    );
  }

  update(curves: readonly CurveOfRun[], scale: ScaleKind, theme: Theme): void {
    this.#curves = curves;
    this.#scale = scale;
    this.#theme = theme;
    const texts = curves.map(({ name, landscape }) => {
      const values = this.#valuesOf(landscape);
      const range = rangeOf(values);
      const middle = (landscape.result.axis.length - 1) / 2;
      return `${name}: ${formatNumber(values[middle])} nats at the weights, ${formatNumber(range?.min)} to ${formatNumber(range?.max)}`;
    });
    setText(this.#description, `${texts.join('. ')}.`);
    this.#view.invalidate();
    this.#showReadout();
  }

  destroy(): void {
    this.#view.destroy();
    this.element.remove();
  }

  #valuesOf({ result }: StoredLandscape): readonly number[] {
    return result.curve.find(({ loss }) => loss === this.loss)?.values ?? [];
  }

  #reach() {
    return rangeOf(this.#curves.flatMap(({ landscape }) => landscape.result.axis)) ?? { min: -1, max: 1 };
  }

  #paint(context: CanvasRenderingContext2D, size: Size): void {
    const theme = this.#theme;
    if (!theme) return;
    const curves = this.#curves.map(
      ({ hue, dash, landscape }): DrawnCurve => ({
        axis: landscape.result.axis,
        values: this.#valuesOf(landscape),
        color: colorOf(hue, theme),
        dash,
      }),
    );
    const range = rangeOf(curves.flatMap(({ values }) => values)) ?? { min: 0, max: 1 };
    const room = (range.max - range.min) * 0.04;
    const padded =
      this.#scale === 'linear'
        ? { min: range.min >= 0 ? Math.max(0, range.min - room) : range.min - room, max: range.max + room }
        : { min: range.min / 1.1, max: range.max * 1.1 };
    drawCurves(context, size, curves, this.#reach(), new ValueScale(this.#scale, padded), theme);
  }

  #placeUnder(pixel: number): number | undefined {
    const area = curveArea(this.#view.size);
    const share = (pixel - area.left) / area.width;
    if (share < 0 || share > 1) return undefined;
    const { min, max } = this.#reach();
    const at = min + share * (max - min);
    const axis = this.#longestAxis();
    return [...axis].sort((a, b) => Math.abs(a - at) - Math.abs(b - at))[0];
  }

  #longestAxis(): readonly number[] {
    const axes = this.#curves.map(({ landscape }) => landscape.result.axis);
    return axes.sort((a, b) => b.length - a.length)[0] ?? [];
  }

  #movePoint(by: number): void {
    const axis = this.#longestAxis();
    const middle = (axis.length - 1) / 2;
    const from = this.#at === undefined ? middle - by : axis.indexOf(this.#at);
    this.#pointAt(axis[Math.min(axis.length - 1, Math.max(0, from + by))]);
  }

  #pointAt(at: number | undefined): void {
    this.#at = at;
    this.#showReadout();
    this.#placePointer();
  }

  #showReadout(): void {
    setText(this.#readout, this.#at === undefined ? '' : this.#readingAt(this.#at));
  }

  #readingAt(at: number): string {
    const texts = this.#curves.flatMap(({ name, landscape }) => {
      const value = this.#valuesOf(landscape)[landscape.result.axis.indexOf(at)];
      return value === undefined ? [] : [`${name} ${formatNumber(value)}`];
    });
    return `At ${shortNumber(at)}: ${texts.length > 0 ? `${texts.join(', ')} nats` : 'not measured yet'}`;
  }

  #placePointer(): void {
    const at = this.#at;
    show(this.#pointer, at !== undefined);
    if (at === undefined) return;
    const area = curveArea(this.#view.size);
    const { min, max } = this.#reach();
    const x = area.left + ((at - min) / (max - min)) * area.width;
    this.#pointer.style.transform = `translate(${Math.round(x)}px, ${area.top}px)`;
    this.#pointer.style.height = `${area.height}px`;
  }

  async #savePicture(): Promise<void> {
    const theme = this.#theme;
    if (!theme) return;
    const size = { width: 720, height: 470 };
    const content = await savePng(size, theme, context => {
      label(context, `${lossNames[this.loss]} loss along a direction, in nats`, 16, 18, theme, {
        align: 'left',
        weight: '600',
        size: 14,
        color: theme.foreground,
      });
      within(context, 0, 34, at => this.#paint(at, { width: size.width, height: 360 }));
      for (const [i, { name, hue }] of this.#curves.entries()) {
        const [left, top] = [16 + (i % 3) * 230, 404 + Math.floor(i / 3) * 16];
        context.fillStyle = colorOf(hue, theme);
        context.fillRect(left, top - 1.5, 14, 3);
        label(context, name, left + 20, top, theme, { align: 'left', color: theme.foreground });
      }
      paragraph(context, lossDefinitions[this.loss], theme, {
        left: 16,
        top: size.height - 36,
        width: size.width - 32,
      });
    });
    this.#save(`curve-${this.loss}.png`, content);
  }
}
