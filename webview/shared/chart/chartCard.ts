import { hint } from '../controls';
import { element, setText, show, uniqueId } from '../dom';
import type { Smoothing } from '../series/smoothing';
import type { Board } from './board';
import type { XRange } from './boardView';
import { CanvasChart } from './canvasChart';
import { isSmoothed } from './drawnSeries';
import { chartPng, chartSvg } from './export';
import { Legend } from './legend';
import { describeSeries, type Reading, readingsAt } from './readings';
import type { ChartSpec, Series } from './series';
import { formatPosition, storedPositions } from './xAxis';

/** Milliseconds between two versions of the text alternative. */
const describeEvery = 2000;

/** A chart with its title, buttons, legend and text alternative. */
export class ChartCard {
  readonly element: HTMLElement;
  readonly spec: ChartSpec;
  readonly #board: Board;
  readonly #chart: CanvasChart;
  readonly #legend: Legend;
  readonly #frame: HTMLElement;
  readonly #crosshair = element('div', { class: 'crosshair' });
  readonly #empty = element('p', { class: 'chart-empty' }, 'Nothing measured yet');
  readonly #description = element('p', { class: 'screen-reader', id: uniqueId('chart') });
  readonly #announcement = element('p', { class: 'screen-reader', attributes: { 'aria-live': 'polite' } });
  readonly #logarithmic: HTMLButtonElement;
  readonly #draw = () => this.#drawNow();
  /** How the columns are being smoothed, while that takes several frames. */
  #smoothing: Smoothing | undefined;
  #drawnSmoothing: Smoothing = { kind: 'exponential', strength: 0 };
  #onScreen = false;
  #pointedAt: number | undefined;
  #describedAt = Number.NEGATIVE_INFINITY;

  constructor(spec: ChartSpec, board: Board) {
    this.spec = spec;
    this.#board = board;
    const canvas = element('canvas', { attributes: { 'aria-hidden': 'true' } });
    this.#frame = element(
      'div',
      {
        class: `chart-frame ${spec.height ?? 'tall'}`,
        attributes: {
          tabindex: 0,
          role: 'group',
          'aria-label': `${spec.title}. Arrow keys read values; plus and minus zoom, zero shows all.`,
          'aria-describedby': this.#description.id,
        },
        on: {
          pointermove: event => this.#pointerMoved(event as PointerEvent),
          pointerleave: () => board.pointAt(undefined),
          blur: () => board.pointAt(undefined),
          keydown: event => this.#keyPressed(event as KeyboardEvent),
          focus: () => this.#describe(),
        },
      },
      canvas,
      this.#crosshair,
      this.#empty,
    );
    this.#legend = new Legend(spec, {
      isShown: series => this.#isShown(series),
      toggle: series => this.#toggle(series),
      format: spec.format,
    });
    this.#logarithmic = element(
      'button',
      {
        class: 'text-button',
        title: 'Logarithmic axis',
        attributes: {
          type: 'button',
          'aria-label': `log axis, ${spec.title}`,
          'aria-pressed': 'false',
        },
        on: { click: () => this.#toggleLogarithmic() },
      },
      'log',
    );
    this.element = element(
      'section',
      { class: 'card chart-card', attributes: { 'aria-label': spec.title } },
      element(
        'div',
        { class: 'card-head' },
        element('h3', {}, spec.title),
        spec.hint ? hint(spec.title, spec.hint) : undefined,
        element(
          'div',
          { class: 'chart-tools' },
          spec.controls,
          this.#logarithmic,
          this.#saveButton('png'),
          this.#saveButton('svg'),
        ),
      ),
      this.#frame,
      this.#legend.element,
      this.#description,
      this.#announcement,
    );
    this.#chart = new CanvasChart(canvas, {
      onRange: range => board.zoomTo(range),
      onFrame: () => this.#placeCrosshair(),
    });
    board.add(this);
  }

  /** Draws anew in one of the next frames, if it is in sight. */
  invalidate(): void {
    if (this.#onScreen) this.#board.frames.request(this.#draw);
  }

  setOnScreen(onScreen: boolean): void {
    this.#onScreen = onScreen;
    this.invalidate();
  }

  destroy(): void {
    this.#board.frames.forget(this.#draw);
    this.#chart.destroy();
    this.element.remove();
  }

  /** From the first to the last position of its data; undefined while it has none. */
  extentX(): XRange | undefined {
    let range: { min: number; max: number } | undefined;
    for (const series of this.spec.series) {
      const { values, unit } = this.#positions(series);
      if (values.length === 0) continue;
      const first = (values[0] as number) * unit;
      const last = (values[values.length - 1] as number) * unit;
      range = { min: Math.min(range?.min ?? first, first), max: Math.max(range?.max ?? last, last) };
    }
    return range;
  }

  /** Marks a position; undefined marks none. */
  pointAt(x: number | undefined): void {
    this.#pointedAt = x;
    this.#placeCrosshair();
  }

  /** What the shown series were at a position: their last value up to it. */
  readingsAt(x: number): Reading[] {
    const { view, theme } = this.#board;
    return readingsAt(x, this.#shown(), this.spec.format, {
      xAxis: view.xAxis,
      smoothing: this.#drawnSmoothing,
      theme,
    });
  }

  #drawNow(): void {
    const { theme } = this.#board;
    const shown = this.#shown();
    // Very long columns are smoothed one a frame; meanwhile the slider may have gone on.
    this.#smoothing ??= this.#board.view.smoothing;
    const view = { ...this.#board.view, smoothing: this.#smoothing };
    const long = shown.find(series => isSmoothed(series) && series.curve.isLongWork(view.smoothing));
    if (long) {
      long.curve.smoothed(view.smoothing);
      this.invalidate();
      return;
    }
    this.#smoothing = undefined;
    this.#drawnSmoothing = view.smoothing;
    if (view.smoothing !== this.#board.view.smoothing) this.invalidate();
    const drewSomething = this.#chart.draw({
      spec: this.spec,
      shown,
      view,
      theme,
      range: this.#board.range(),
      full: this.#board.fullRange(),
      logarithmic: this.#isLogarithmic(),
    });
    show(this.#empty, !drewSomething);
    this.#logarithmic.setAttribute('aria-pressed', String(this.#isLogarithmic()));
    this.#legend.update(this.spec.series, theme);
    if (performance.now() - this.#describedAt > describeEvery) this.#describe();
  }

  #shown(): Series[] {
    return this.spec.series.filter(series => this.#isShown(series));
  }

  #isShown({ id, hiddenAtFirst }: Series): boolean {
    return this.#board.view.toggled.includes(`${this.spec.id}/${id}`) === (hiddenAtFirst ?? false);
  }

  #isLogarithmic(): boolean {
    return this.#board.view.logarithmic.includes(this.spec.id);
  }

  #toggle({ id }: Series): void {
    const name = `${this.spec.id}/${id}`;
    this.#board.look({ toggled: switched(this.#board.view.toggled, name) });
  }

  #toggleLogarithmic(): void {
    this.#board.look({ logarithmic: switched(this.#board.view.logarithmic, this.spec.id) });
  }

  #positions(series: Series) {
    return storedPositions(series.curve.source, this.#board.view.xAxis, series.stepsPerEpoch());
  }

  #pointerMoved(event: PointerEvent): void {
    const x = this.#chart.positionAt(event.offsetX);
    this.#board.pointAt(x, { x: event.clientX, y: event.clientY });
  }

  #keyPressed(event: KeyboardEvent): void {
    const keys: Readonly<Record<string, () => void>> = {
      ArrowRight: () => (event.shiftKey ? this.#board.panBy(0.2) : this.#movePointer(1)),
      ArrowLeft: () => (event.shiftKey ? this.#board.panBy(-0.2) : this.#movePointer(-1)),
      Home: () => this.#movePointer(Number.NEGATIVE_INFINITY),
      End: () => this.#movePointer(Number.POSITIVE_INFINITY),
      '+': () => this.#board.zoomBy(2),
      '=': () => this.#board.zoomBy(2),
      '-': () => this.#board.zoomBy(0.5),
      '0': () => this.#board.look({ zoom: undefined }),
      Escape: () => this.#board.pointAt(undefined),
    };
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** Moves the mark by hundredths of what is in view and reads out the values there. */
  #movePointer(hundredths: number): void {
    const { min, max } = this.#board.range();
    const from = this.#pointedAt ?? (hundredths < 0 ? max : min);
    const x = Math.max(min, Math.min(max, from + (hundredths * (max - min)) / 100));
    const box = this.#frame.getBoundingClientRect();
    this.#board.pointAt(x, { x: box.left + this.#chart.pixelOf(x), y: box.top + box.height / 2 });
    const readings = this.readingsAt(x).filter(({ text }) => text !== '');
    setText(
      this.#announcement,
      `${formatPosition(x, this.#board.view.xAxis)}: ${readings.map(({ label, text }) => `${label} ${text}`).join(', ')}`,
    );
  }

  #placeCrosshair(): void {
    const x = this.#pointedAt;
    const area = this.#chart.area;
    const pixel = x === undefined || !area ? Number.NaN : this.#chart.pixelOf(x);
    const inside = area !== undefined && pixel >= area.left && pixel <= area.right;
    show(this.#crosshair, inside);
    if (!inside) return;
    this.#crosshair.style.transform = `translate(${Math.round(pixel)}px, ${area.top}px)`;
    this.#crosshair.style.height = `${area.bottom - area.top}px`;
  }

  #describe(): void {
    this.#describedAt = performance.now();
    setText(this.#description, describeSeries(this.#shown(), this.spec.format));
  }

  #saveButton(kind: 'png' | 'svg'): HTMLButtonElement {
    const label = `Save as ${kind.toUpperCase()}`;
    return element(
      'button',
      {
        class: 'text-button',
        title: label,
        attributes: { type: 'button', 'aria-label': `${label}, ${this.spec.title}` },
        on: { click: () => void this.#save(kind) },
      },
      kind.toUpperCase(),
    );
  }

  async #save(kind: 'png' | 'svg'): Promise<void> {
    const picture = this.#chart.picture(this.spec);
    if (!picture) return;
    const content = kind === 'png' ? await chartPng(picture) : new TextEncoder().encode(chartSvg(picture));
    this.#board.onSave(`${this.spec.id}.${kind}`, kind, content);
  }
}

function switched(list: readonly string[], name: string): string[] {
  return list.includes(name) ? list.filter(other => other !== name) : [...list, name];
}
